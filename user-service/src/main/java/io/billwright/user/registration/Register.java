package io.billwright.user.registration;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.mail.Letter;
import io.billwright.user.mail.Mails;
import io.billwright.user.member.MemberEvents;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Memberships;
import io.billwright.user.member.Role;
import io.billwright.user.organization.Organization;
import io.billwright.user.organization.OrganizationEvents;
import io.billwright.user.organization.Organizations;
import io.billwright.user.password.Passwords;
import io.billwright.user.recovery.EmailVerification;
import io.billwright.user.system.EvenTime;
import io.billwright.user.system.SystemTransaction;

/// Founds an organization with its first owner.
@Component
class Register {

	private final Passwords passwords;

	private final Users users;

	private final Organizations organizations;

	private final Memberships memberships;

	private final EmailVerification verification;

	private final Mails mails;

	private final OrganizationEvents organizationEvents;

	private final MemberEvents memberEvents;

	private final AuditLog audit;

	private final SystemTransaction transaction;

	private final Clock clock;

	Register(Passwords passwords, Users users, Organizations organizations, Memberships memberships,
			EmailVerification verification, Mails mails, OrganizationEvents organizationEvents,
			MemberEvents memberEvents, AuditLog audit, SystemTransaction transaction, Clock clock) {
		this.passwords = passwords;
		this.users = users;
		this.organizations = organizations;
		this.memberships = memberships;
		this.verification = verification;
		this.mails = mails;
		this.organizationEvents = organizationEvents;
		this.memberEvents = memberEvents;
		this.audit = audit;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Registers; where the address is known already nothing is founded and its owner is told by mail. The answer and
	/// its time are the same.
	Mono<Void> register(Application application) {
		return EvenTime.of(this.passwords
				.hash("password", application.password(),
						List.of(application.email().value(), application.name(), application.organizationName()))
				.flatMap((hash) -> found(application, hash))
				.checkpoint("register"));
	}

	private Mono<Void> found(Application application, String passwordHash) {
		Instant now = this.clock.instant();
		User user = User.register(UserId.next(), application.email(), application.name(), passwordHash, now);
		Organization organization = application.found(now);
		return this.users.add(user)
				.flatMap((added) -> added
						? this.organizations.add(organization)
								.then(this.transaction.onBehalfOf(organization.id(), found(organization, user, now)))
								.then(this.verification.begin(user))
						: this.mails.writeSparingly(alreadyRegistered(application.email())))
				.as(this.transaction::transactional);
	}

	private Mono<Void> found(Organization organization, User owner, Instant now) {
		return this.memberships.add(Membership.join(organization.id(), owner.id(), Role.OWNER, now))
				.flatMap((membership) -> this.organizationEvents.created(organization)
						.then(this.memberEvents.joined(owner, membership))
						.then(this.audit.recordBy(owner.id().text(),
								new Change("organization.created", organization.id().text()))));
	}

	private static Letter alreadyRegistered(EmailAddress email) {
		return Letter.telling(email, "You have an account already",
				"Somebody, perhaps you, tried to register at Billwright with this e-mail address.",
				"There is an account with it already, and nothing was changed. If you forgot the password, ask for a "
						+ "new one on the login page.");
	}

	/// What somebody fills in to register.
	record Application(String organizationName, String country, ZoneId timeZone, Currency defaultCurrency, String name,
			EmailAddress email, String password) {

		Organization found(Instant now) {
			return Organization.found(new OrganizationId(Ids.next()), this.organizationName, this.country,
					this.timeZone, this.defaultCurrency, now);
		}

	}

}
