package io.billwright.user.invitation;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.Users;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.mail.Letter;
import io.billwright.user.mail.Mails;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Memberships;
import io.billwright.user.member.Role;
import io.billwright.user.organization.Organization;
import io.billwright.user.organization.Organizations;
import io.billwright.user.secret.Secrets;

/// Invites people to the caller's organization, and takes invitations back.
@Component
class Invite {

	private final Invitations invitations;

	private final Organizations organizations;

	private final Users users;

	private final Memberships memberships;

	private final Mails mails;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	private final InvitationSettings settings;

	private final Clock clock;

	Invite(Invitations invitations, Organizations organizations, Users users, Memberships memberships, Mails mails,
			AuditLog audit, TransactionalOperator transaction, InvitationSettings settings, Clock clock) {
		this.invitations = invitations;
		this.organizations = organizations;
		this.users = users;
		this.memberships = memberships;
		this.mails = mails;
		this.audit = audit;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	/// Mails an invitation; one that is open for the address already loses its validity.
	Mono<Invitation> invite(EmailAddress email, Role role) {
		String token = Secrets.next();
		return Mono.zip(Caller.current(), Tenant.current())
				.doOnNext((both) -> role.requireGrantable(both.getT1().scopes(), both.getT1().role()))
				.map((both) -> Invitation.issue(both.getT2().organizationId(), email, role, both.getT1().principal(),
						this.clock.instant()))
				.delayUntil((invitation) -> requireStranger(invitation.organization(), email))
				.delayUntil((invitation) -> this.invitations.countMail().doOnNext(this::requireAllowed))
				.delayUntil((invitation) -> this.invitations.put(invitation, token))
				.delayUntil((invitation) -> requireFewEnough())
				.delayUntil((invitation) -> this.organizations.require(invitation.organization())
						.flatMap((organization) -> this.mails.write(letter(organization, email, token))))
				.delayUntil((invitation) -> this.audit
						.record(new Change("invitation.created", invitation.id().text(), Map.of("role", role.code()))))
				.as(this.transaction::transactional)
				.checkpoint("invite");
	}

	/// Takes an invitation back.
	Mono<Void> revoke(InvitationId id) {
		return this.invitations.remove(id)
				.then(this.audit.record(new Change("invitation.revoked", id.text())))
				.as(this.transaction::transactional)
				.checkpoint("revoke invitation");
	}

	/// An organization sees its own members only, so nobody learns whether a stranger has an account.
	private Mono<Void> requireStranger(OrganizationId organization, EmailAddress email) {
		return this.users.findByEmail(email)
				.flatMap((user) -> this.memberships.find(organization, user.id()))
				.filter(Membership::active)
				.flatMap((member) -> Mono.error(InvitationFailure.AlreadyMember::new));
	}

	private void requireAllowed(Invitations.Mailed mailed) {
		if (mailed.count() > this.settings.mailsPerHour()) {
			Duration left = Duration.between(this.clock.instant(), mailed.hourEnds());
			throw new InvitationFailure.TooManyMails(this.settings.mailsPerHour(), left.plusSeconds(1));
		}
	}

	/// Exact, because one invitation after the other gets here: the count of mails has locked its row.
	private Mono<Void> requireFewEnough() {
		return this.invitations.count()
				.filter((count) -> count > this.settings.open())
				.flatMap((count) -> Mono.error(() -> new InvitationFailure.TooMany(this.settings.open())));
	}

	private static Letter letter(Organization organization, EmailAddress email, String token) {
		return Letter.bringing(email, "You are invited to Billwright", "/invitations/accept", token,
				"You are invited to join %s at Billwright.".formatted(organization.name()),
				"The invitation is good for seven days.");
	}

}
