package io.billwright.user.session;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.UserId;
import io.billwright.user.secret.Secrets;
import io.billwright.user.system.Sweeper;

/// Refresh tokens: opaque, kept as hashes, good for one use. A second use means that two parties hold the token, so it
/// revokes the whole family (RFC 9700, 4.14.2). Every method wants a transaction above organizations.
@Component
public class RefreshTokens implements Sweeper {

	private final DatabaseClient client;

	private final TokenSettings settings;

	private final Clock clock;

	RefreshTokens(DatabaseClient client, TokenSettings settings, Clock clock) {
		this.client = client;
		this.settings = settings;
		this.clock = clock;
	}

	/// The first token of a new family.
	public Mono<String> begin(OrganizationId organization, UserId user) {
		UUID family = Ids.next();
		Instant now = this.clock.instant();
		Instant end = now.plus(this.settings.refreshAbsolute());
		return this.client.sql("""
				INSERT INTO refresh_families (id, organization_id, user_id, created_at, expires_at)
				VALUES (:id, :organization, :user, :now, :end)""")
				.bind("id", family)
				.bind("organization", organization.value())
				.bind("user", user.value())
				.bind("now", now)
				.bind("end", end)
				.then()
				.then(Mono.defer(() -> issue(family, end)));
	}

	/// Uses a token up. Emits whose it is, with the token that follows it; without one where it was used before, and
	/// then its family is revoked. Fails with [SessionFailure.RefreshRefused].
	public Mono<Exchange> exchange(String token) {
		return this.client.sql("""
				SELECT t.family_id, f.organization_id, f.user_id, f.expires_at AS family_end,
					t.used_at IS NOT NULL AS used
				FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
				WHERE t.hash = :hash AND t.expires_at > :now AND f.expires_at > :now AND f.revoked_at IS NULL
				FOR UPDATE""")
				.bind("hash", Secrets.hash(token))
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.switchIfEmpty(Mono.error(SessionFailure.RefreshRefused::new))
				.flatMap((row) -> row.used()
						? revoke(row.familyId()).thenReturn(row.toExchange(null))
						: use(token).then(issue(row.familyId(), row.familyEnd())).map(row::toExchange));
	}

	/// Revokes the family of a token. Emits whose it was, or nothing where there is none.
	public Mono<Exchange> revokeFamilyOf(String token) {
		return this.client.sql("""
				UPDATE refresh_families SET revoked_at = :now
				WHERE revoked_at IS NULL AND id = (SELECT family_id FROM refresh_tokens WHERE hash = :hash)
				RETURNING id AS family_id, organization_id, user_id, expires_at AS family_end, true AS used""")
				.bind("hash", Secrets.hash(token))
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.map((row) -> row.toExchange(null));
	}

	/// Revokes every family of the user.
	public Mono<Void> revokeAll(UserId user) {
		return this.client
				.sql("UPDATE refresh_families SET revoked_at = :now WHERE user_id = :user AND revoked_at IS NULL")
				.bind("user", user.value())
				.bind("now", this.clock.instant())
				.then();
	}

	@Override
	public Mono<Void> sweep() {
		return this.client.sql("DELETE FROM refresh_families WHERE expires_at < :now")
				.bind("now", this.clock.instant())
				.then();
	}

	private Mono<Void> revoke(UUID family) {
		return this.client.sql("UPDATE refresh_families SET revoked_at = :now WHERE id = :id")
				.bind("id", family)
				.bind("now", this.clock.instant())
				.then();
	}

	private Mono<Void> use(String token) {
		return this.client.sql("UPDATE refresh_tokens SET used_at = :now WHERE hash = :hash")
				.bind("hash", Secrets.hash(token))
				.bind("now", this.clock.instant())
				.then();
	}

	private Mono<String> issue(UUID family, Instant familyEnd) {
		String token = Secrets.next();
		Instant end = this.clock.instant().plus(this.settings.refreshIdle());
		return this.client.sql("INSERT INTO refresh_tokens (hash, family_id, expires_at) VALUES (:hash, :family, :end)")
				.bind("hash", Secrets.hash(token))
				.bind("family", family)
				.bind("end", end.isBefore(familyEnd) ? end : familyEnd)
				.then()
				.thenReturn(token);
	}

	/// What a refresh token was exchanged for.
	///
	/// @param next the token that follows; `null` where the family is revoked
	public record Exchange(OrganizationId organization, UserId user, @Nullable String next) {}

	record Row(UUID familyId, UUID organizationId, UUID userId, Instant familyEnd, boolean used) {

		Exchange toExchange(@Nullable String next) {
			return new Exchange(new OrganizationId(this.organizationId), new UserId(this.userId), next);
		}

	}

}
