package io.billwright.user.invitation;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.member.MemberEvents;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Memberships;
import io.billwright.user.password.Passwords;
import io.billwright.user.recovery.NewPassword;
import io.billwright.user.system.SystemTransaction;

/// Lets an invited person join. Whoever has the mailed token reads the mails to the address, so the address counts as
/// confirmed.
@Component
class AcceptInvitation {

	private final Invitations invitations;

	private final Users users;

	private final Memberships memberships;

	private final Passwords passwords;

	private final NewPassword newPassword;

	private final MemberEvents events;

	private final AuditLog audit;

	private final SystemTransaction transaction;

	private final Clock clock;

	AcceptInvitation(Invitations invitations, Users users, Memberships memberships, Passwords passwords,
			NewPassword newPassword, MemberEvents events, AuditLog audit, SystemTransaction transaction, Clock clock) {
		this.invitations = invitations;
		this.users = users;
		this.memberships = memberships;
		this.passwords = passwords;
		this.newPassword = newPassword;
		this.events = events;
		this.audit = audit;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Joins; a person without a confirmed account gets one with the name and the password. Fails with an [InvitationFailure].
	Mono<Membership> accept(String token, @Nullable String name, @Nullable String password) {
		return this.invitations.requireByToken(token)
				.flatMap((invitation) -> this.users.findByEmail(invitation.email())
						.map((user) -> new Guest(invitation, user))
						.defaultIfEmpty(new Guest(invitation, null)))
				.as(this.transaction::transactional)
				.flatMap((guest) -> account(guest, name, password)
						.flatMap((user) -> join(token, guest, user).as(this.transaction::transactional)))
				.checkpoint("accept invitation");
	}

	/// The guest's account, or what it is to become. An account whose address nobody has confirmed may have been opened by
	/// somebody else, who knows its password: the guest chooses another.
	private Mono<User> account(Guest guest, @Nullable String name, @Nullable String password) {
		User known = guest.account();
		if ((known != null) && known.verified()) {
			return Mono.just(known);
		}
		if ((name == null) || (password == null)) {
			return Mono.error(InvitationFailure.AccountNeeded::new);
		}
		EmailAddress email = guest.invitation().email();
		Instant now = this.clock.instant();
		return this.passwords.hash("password", password, List.of(email.value(), name))
				.map((hash) -> (known != null)
						? known.rename(name, now).changePassword(hash, now)
						: User.register(UserId.next(), email, name, hash, now))
				.map((user) -> user.verifyEmail(now));
	}

	private Mono<Membership> join(String token, Guest guest, User user) {
		Invitation invitation = guest.invitation();
		return this.invitations.use(token)
				.then(Mono.defer(() -> save(guest, user)))
				.flatMap((member) -> enroll(invitation, member)
						.delayUntil((membership) -> this.transaction.onBehalfOf(invitation.organization(),
								this.events.joined(member, membership)
										.then(this.audit.recordBy(member.id().text(),
												new Change("member.joined", member.id().text(), Map.of("role",
														invitation.role().code(), "invitation",
														invitation.id().text())))))));
	}

	private Mono<User> save(Guest guest, User user) {
		User known = guest.account();
		if (known == null) {
			return this.users.add(user)
					.filter(Boolean::booleanValue)
					.switchIfEmpty(Mono.error(InvitationFailure.InvalidInvitation::new))
					.thenReturn(user);
		}
		return known.verified() ? Mono.just(user) : this.newPassword.save(user, "user.password_reset", null);
	}

	private Mono<Membership> enroll(Invitation invitation, User user) {
		Instant now = this.clock.instant();
		return this.memberships.find(invitation.organization(), user.id())
				.flatMap((former) -> former.active()
						? Mono.error(InvitationFailure.AlreadyMember::new)
						: this.memberships.save(former.rejoin(invitation.role(), now)))
				.switchIfEmpty(Mono.defer(() -> this.memberships
						.add(Membership.join(invitation.organization(), user.id(), invitation.role(), now))));
	}

	/// Who holds the token.
	private record Guest(Invitation invitation, @Nullable User account) {}

}
