package io.billwright.user.recovery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.user.account.UserId;
import io.billwright.user.secret.Secrets;
import io.billwright.user.system.Sweeper;

/// Secrets that were mailed to a user, good for one use. Work above organizations.
@Component
public class MailedTokens implements Sweeper {

	/// Within this time there is no second mail of the same kind: nobody's mailbox is flooded through us.
	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final DatabaseClient client;

	private final Clock clock;

	MailedTokens(DatabaseClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/// A new token, in place of the one before; empty where that one is less than a minute old.
	Mono<String> issue(UserId user, Purpose purpose) {
		String token = Secrets.next();
		Instant now = this.clock.instant();
		return this.client
				.sql("DELETE FROM mailed_tokens WHERE user_id = :user AND purpose = :purpose AND created_at <= :before")
				.bind("user", user.value())
				.bind("purpose", purpose.code)
				.bind("before", now.minus(PAUSE))
				.then()
				.then(this.client.sql("""
						INSERT INTO mailed_tokens (hash, user_id, purpose, created_at, expires_at)
						SELECT :hash, :user, :purpose, :now, :end
						WHERE NOT EXISTS (SELECT FROM mailed_tokens WHERE user_id = :user AND purpose = :purpose)""")
						.bind("hash", Secrets.hash(token))
						.bind("user", user.value())
						.bind("purpose", purpose.code)
						.bind("now", now)
						.bind("end", now.plus(purpose.life))
						.fetch()
						.rowsUpdated())
				.filter((count) -> count == 1)
				.map((count) -> token);
	}

	/// Uses a token up; emits whose it was, or fails with [RecoveryFailure.InvalidToken].
	Mono<UserId> redeem(String token, Purpose purpose) {
		return this.client.sql("""
				DELETE FROM mailed_tokens WHERE hash = :hash AND purpose = :purpose RETURNING user_id, expires_at""")
				.bind("hash", Secrets.hash(token))
				.bind("purpose", purpose.code)
				.mapProperties(Redeemed.class)
				.one()
				.filter((redeemed) -> redeemed.expiresAt().isAfter(this.clock.instant()))
				.map((redeemed) -> new UserId(redeemed.userId()))
				.switchIfEmpty(Mono.error(RecoveryFailure.InvalidToken::new));
	}

	/// Forgets every token of the user.
	public Mono<Void> forget(UserId user) {
		return this.client.sql("DELETE FROM mailed_tokens WHERE user_id = :user").bind("user", user.value()).then();
	}

	@Override
	public Mono<Void> sweep() {
		return this.client.sql("DELETE FROM mailed_tokens WHERE expires_at < :now")
				.bind("now", this.clock.instant())
				.then();
	}

	enum Purpose {

		VERIFY_EMAIL("verify_email", Duration.ofDays(3)), RESET_PASSWORD("reset_password", Duration.ofHours(1));

		private final String code;

		private final Duration life;

		Purpose(String code, Duration life) {
			this.code = code;
			this.life = life;
		}

	}

	record Redeemed(UUID userId, Instant expiresAt) {}

}
