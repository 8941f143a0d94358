package io.billwright.user.privacy;

import java.time.Clock;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.invitation.Invitations;
import io.billwright.user.mail.Mails;
import io.billwright.user.member.MemberEvents;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Memberships;
import io.billwright.user.password.Passwords;
import io.billwright.user.recovery.MailedTokens;
import io.billwright.user.session.RefreshTokens;
import io.billwright.user.session.Sessions;
import io.billwright.user.system.SystemTransaction;

/// Forgets the calling user (GDPR, article 17): name, address, password, mails, sessions, from where they came, and the
/// exports that tell of them. What stays is the pseudonymous id as the author of changes, because the audit trail must be kept.
@Component
class EraseUser {

	private final Users users;

	private final Memberships memberships;

	private final MemberEvents events;

	private final Passwords passwords;

	private final MailedTokens tokens;

	private final RefreshTokens refreshTokens;

	private final Sessions sessions;

	private final Mails mails;

	private final Invitations invitations;

	private final Exports exports;

	private final AuditLog audit;

	private final SystemTransaction transaction;

	private final Clock clock;

	EraseUser(Users users, Memberships memberships, MemberEvents events, Passwords passwords, MailedTokens tokens,
			RefreshTokens refreshTokens, Sessions sessions, Mails mails, Invitations invitations, Exports exports,
			AuditLog audit, SystemTransaction transaction, Clock clock) {
		this.users = users;
		this.memberships = memberships;
		this.events = events;
		this.passwords = passwords;
		this.tokens = tokens;
		this.refreshTokens = refreshTokens;
		this.sessions = sessions;
		this.mails = mails;
		this.invitations = invitations;
		this.exports = exports;
		this.audit = audit;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Erases. Fails with [PrivacyFailure.WrongPassword], or where the user is the only owner of an organization.
	Mono<Void> erase(String password) {
		return Caller.current()
				.filter((caller) -> caller.kind() == CallerKind.USER)
				.switchIfEmpty(Mono.error(PrivacyFailure.UsersOnly::new))
				.flatMap((caller) -> this.users.require(UserId.parse(caller.principal()))
						.as(this.transaction::transactional))
				.delayUntil((user) -> check(password, user))
				.flatMap((user) -> forget(user).as(this.transaction::transactional))
				.checkpoint("erase user");
	}

	private Mono<Boolean> check(String password, User user) {
		return this.passwords.matches(password, user.passwordHash())
				.filter(Boolean::booleanValue)
				.switchIfEmpty(Mono.error(PrivacyFailure.WrongPassword::new));
	}

	private Mono<Void> forget(User user) {
		return this.users.save(user.erase(this.clock.instant()))
				.flatMap((erased) -> this.memberships.inTurn(erased.id())
						.concatMap((membership) -> leave(erased, membership))
						.then())
				.then(this.tokens.forget(user.id()))
				.then(this.refreshTokens.revokeAll(user.id()))
				.then(this.audit.forgetOrigins(user.id().text()))
				.then(Mono.justOrEmpty(user.email()).flatMap(this::forgetAddress))
				.then(this.sessions.endAll(user.id(), (session) -> true))
				.then(this.exports.forget(user.id()));
	}

	private Mono<Void> leave(User user, Membership membership) {
		return this.memberships.leave(membership, this.clock.instant())
				.flatMap((left) -> this.transaction.onBehalfOf(left.organization(), this.events.removed(user, left)
						.then(this.audit.recordBy(user.id().text(), new Change("user.erased", user.id().text())))));
	}

	private Mono<Void> forgetAddress(EmailAddress email) {
		return this.mails.forget(email).then(this.invitations.forget(email));
	}

}
