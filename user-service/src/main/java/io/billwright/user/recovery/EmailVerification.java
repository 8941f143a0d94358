package io.billwright.user.recovery;

import java.time.Clock;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.Users;
import io.billwright.user.mail.Letter;
import io.billwright.user.mail.Mails;
import io.billwright.user.member.PersonalTrail;
import io.billwright.user.system.EvenTime;
import io.billwright.user.system.SystemTransaction;

/// Finds out whether a user reads the mails to the address they gave.
@Component
public class EmailVerification {

	private final Users users;

	private final MailedTokens tokens;

	private final Mails mails;

	private final PersonalTrail trail;

	private final SystemTransaction transaction;

	private final Clock clock;

	EmailVerification(Users users, MailedTokens tokens, Mails mails, PersonalTrail trail,
			SystemTransaction transaction, Clock clock) {
		this.users = users;
		this.tokens = tokens;
		this.mails = mails;
		this.trail = trail;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Mails a token to the user, in the caller's transaction above organizations.
	public Mono<Void> begin(User user) {
		EmailAddress email = user.email();
		return (email == null)
				? Mono.empty()
				: this.tokens.issue(user.id(), MailedTokens.Purpose.VERIFY_EMAIL)
						.flatMap((token) -> this.mails.write(Letter.bringing(email, "Confirm your e-mail address",
								"/verify-email",
								token, "Welcome to Billwright.", "Please confirm that this is your e-mail address.")));
	}

	/// Mails a new token where the address belongs to a user who has not confirmed it; nobody learns whether it does.
	Mono<Void> repeat(EmailAddress email) {
		return EvenTime.of(this.users.findByEmail(email)
				.filter((user) -> !user.verified())
				.flatMap(this::begin)
				.as(this.transaction::transactional));
	}

	/// Confirms the address; fails with [RecoveryFailure.InvalidToken].
	Mono<Void> confirm(String token) {
		return this.tokens.redeem(token, MailedTokens.Purpose.VERIFY_EMAIL)
				.flatMap(this.users::requireForUpdate)
				.flatMap((user) -> this.users.save(user.verifyEmail(this.clock.instant())))
				.flatMap((user) -> this.trail.record(user.id(), "user.email_verified"))
				.as(this.transaction::transactional)
				.checkpoint("verify e-mail address");
	}

}
