package io.billwright.user.recovery;

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.mail.Letter;
import io.billwright.user.mail.Mails;
import io.billwright.user.password.Passwords;
import io.billwright.user.system.EvenTime;
import io.billwright.user.system.SystemTransaction;

/// Changes passwords, with the old one or with a mailed token. Either way whoever is logged in elsewhere is logged out.
@Component
class PasswordRecovery {

	private final Users users;

	private final Passwords passwords;

	private final MailedTokens tokens;

	private final Mails mails;

	private final NewPassword newPassword;

	private final SystemTransaction transaction;

	private final Clock clock;

	PasswordRecovery(Users users, Passwords passwords, MailedTokens tokens, Mails mails, NewPassword newPassword,
			SystemTransaction transaction, Clock clock) {
		this.users = users;
		this.passwords = passwords;
		this.tokens = tokens;
		this.mails = mails;
		this.newPassword = newPassword;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Mails a token where the address is known; nobody learns whether it is.
	Mono<Void> forgot(EmailAddress email) {
		return EvenTime.of(this.users.findByEmail(email)
				.flatMap((user) -> this.tokens.issue(user.id(), MailedTokens.Purpose.RESET_PASSWORD))
				.flatMap((token) -> this.mails
						.write(Letter.bringing(email, "Reset your password", "/reset-password", token,
								"Somebody asked for a new password for your Billwright account.",
								"If that was not you, there is nothing to do: your password stays as it is.")))
				.as(this.transaction::transactional));
	}

	/// Sets a new password and, as the mail has arrived, confirms the address. A password that is refused leaves the
	/// token good. Fails with [RecoveryFailure.InvalidToken].
	Mono<Void> reset(String token, String password) {
		return this.tokens.redeem(token, MailedTokens.Purpose.RESET_PASSWORD)
				.flatMap(this.users::requireForUpdate)
				.map((user) -> user.verifyEmail(this.clock.instant()))
				.flatMap((user) -> hash("password", password, user)
						.flatMap((hash) -> replace(hash, user, "user.password_reset", null)))
				.as(this.transaction::transactional)
				.checkpoint("reset password");
	}

	/// Sets a new password for the caller, whose own session goes on. Fails with [RecoveryFailure].
	Mono<Void> change(String currentPassword, String newPassword) {
		return Caller.current()
				.filter((caller) -> caller.kind() == CallerKind.USER)
				.switchIfEmpty(Mono.error(RecoveryFailure.UsersOnly::new))
				.flatMap((caller) -> this.users.require(UserId.parse(caller.principal()))
						.as(this.transaction::transactional)
						.delayUntil((user) -> check(currentPassword, user))
						.flatMap((user) -> hash("new_password", newPassword, user)
								.flatMap((hash) -> replace(hash, user, "user.password_changed", caller.sessionId())
										.as(this.transaction::transactional))))
				.checkpoint("change password");
	}

	private Mono<Boolean> check(String password, User user) {
		return this.passwords.matches(password, user.passwordHash())
				.filter(Boolean::booleanValue)
				.switchIfEmpty(Mono.error(RecoveryFailure.WrongPassword::new));
	}

	private Mono<String> hash(String field, String password, User user) {
		return this.passwords.hash(field, password, personal(user));
	}

	private Mono<Void> replace(String hash, User user, String action, @Nullable String keptSession) {
		return this.newPassword.save(user.changePassword(hash, this.clock.instant()), action, keptSession).then();
	}

	private static List<String> personal(User user) {
		return Stream.of(user.email(), user.name()).filter((known) -> known != null).map(String::valueOf).toList();
	}

}
