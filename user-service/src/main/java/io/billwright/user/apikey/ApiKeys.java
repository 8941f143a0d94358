package io.billwright.user.apikey;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.user.system.Keyset;
import io.billwright.user.system.RowStatement;

/// The API keys of the current organization. They name the organization, although the policy does too: the policy also
/// admits work above organizations, and an index is of no use to such an alternative.
@Component
public class ApiKeys {

	private final DatabaseClient client;

	private final Clock clock;

	ApiKeys(DatabaseClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/// The key; fails with [NotFound].
	Mono<ApiKey> require(ApiKeyId id) {
		return this.client.sql("SELECT * FROM api_keys WHERE organization_id = app_organization() AND id = :id")
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toApiKey)
				.switchIfEmpty(Mono.error(() -> new NotFound("API key", id.text())));
	}

	/// The keys, the newest first.
	Mono<Page<ApiKey>> list(PageRequest page) {
		return this.client.sql("""
				SELECT * FROM api_keys WHERE organization_id = app_organization() AND id < :after
				ORDER BY id DESC LIMIT :limit""")
				.bind("after", Keyset.descending(page))
				.bind("limit", page.fetch())
				.mapProperties(Row.class)
				.all()
				.map(Row::toApiKey)
				.collectList()
				.map((keys) -> Page.of(keys, page, (key) -> Cursor.of(key.id().value())));
	}

	/// Every key, the oldest first.
	Flux<ApiKey> all() {
		return this.client.sql("""
				SELECT * FROM api_keys WHERE organization_id = app_organization() ORDER BY id""")
				.mapProperties(Row.class)
				.all()
				.map(Row::toApiKey);
	}

	/// How many are neither revoked nor expired.
	Mono<Long> countActive() {
		return this.client.sql("""
				SELECT count(*) FROM api_keys WHERE organization_id = app_organization()
				AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)""")
				.bind("now", this.clock.instant())
				.mapValue(Long.class)
				.one();
	}

	/// Adds a key.
	Mono<Void> add(ApiKey key, ApiKeySecret secret) {
		return RowStatement.of(this.client, """
				INSERT INTO api_keys (id, version, name, live, secret_hash, shown, published_text, allowed_origins,
					scopes, created_by, created_at, expires_at, rotated_from)
				VALUES (:id, :version, :name, :live, :secretHash, :shown, :publishedText, :allowedOrigins,
					:scopes, :createdBy, :createdAt, :expiresAt, :rotatedFrom)""", Row.of(key))
				.bind("secretHash", secret.hash())
				.then();
	}

	/// Saves a changed key and emits it with its next version; fails with [ChangedMeanwhile].
	Mono<ApiKey> save(ApiKey key) {
		return RowStatement.of(this.client,
				"""
						UPDATE api_keys SET version = version + 1, name = :name, expires_at = :expiresAt, revoked_at = :revokedAt
						WHERE organization_id = app_organization() AND id = :id AND version = :version RETURNING *""",
				Row.of(key))
				.mapProperties(Row.class)
				.one()
				.map(Row::toApiKey)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("API key")));
	}

	/// Whose key it is; fails with [NotFound]. Work above organizations.
	public Mono<OrganizationId> organizationOf(ApiKeyId id) {
		return this.client.sql("SELECT organization_id FROM api_keys WHERE id = :id")
				.bind("id", id.value())
				.mapValue(UUID.class)
				.one()
				.map(OrganizationId::new)
				.switchIfEmpty(Mono.error(() -> new NotFound("API key", id.text())));
	}

	/// The hash by which gateways know the key, in hexadecimal digits.
	Mono<String> hashOf(ApiKeyId id) {
		return this.client.sql("""
				SELECT encode(secret_hash, 'hex') FROM api_keys
				WHERE organization_id = app_organization() AND id = :id""")
				.bind("id", id.value())
				.mapValue(String.class)
				.one();
	}

	/// The active key with this hash, whosever it is, or empty. Work above organizations.
	Mono<Found> findActive(byte[] hash) {
		return this.client.sql("""
				SELECT * FROM api_keys WHERE secret_hash = :hash AND revoked_at IS NULL
				AND (expires_at IS NULL OR expires_at > :now)""")
				.bind("hash", hash)
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.map(Row::toFound);
	}

	/// The active key of this id, whosever it is, or empty. Work above organizations.
	Mono<Found> findActive(ApiKeyId id) {
		return this.client.sql("""
				SELECT * FROM api_keys WHERE id = :id AND revoked_at IS NULL
				AND (expires_at IS NULL OR expires_at > :now)""")
				.bind("id", id.value())
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.map(Row::toFound);
	}

	record Found(OrganizationId organization, ApiKey key) {}

	/// PostgreSQL's array is an array here too.
	@SuppressWarnings("ArrayRecordComponent")
	record Row(@Nullable UUID organizationId, UUID id, long version, String name, boolean live, String shown,
			@Nullable String publishedText, String[] allowedOrigins, String[] scopes, String createdBy,
			Instant createdAt, @Nullable Instant expiresAt,
			@Nullable Instant lastUsedAt, @Nullable Instant revokedAt, @Nullable UUID rotatedFrom) {

		static Row of(ApiKey key) {
			ApiKeyId rotatedFrom = key.rotatedFrom();
			ApiKey.Publication publication = key.publication();
			return new Row(null, key.id().value(), key.version(), key.name(), key.live(), key.shown(),
					(publication != null) ? publication.text() : null,
					(publication != null) ? publication.origins().toArray(String[]::new) : new String[0],
					key.scopes().toArray(String[]::new), key.createdBy(), key.createdAt(), key.expiresAt(),
					key.lastUsedAt(), key.revokedAt(), (rotatedFrom != null) ? rotatedFrom.value() : null);
		}

		Found toFound() {
			return new Found(new OrganizationId(Objects.requireNonNull(this.organizationId)), toApiKey());
		}

		ApiKey toApiKey() {
			return new ApiKey(new ApiKeyId(this.id), this.version, this.name, this.live, this.shown,
					(this.publishedText != null)
							? new ApiKey.Publication(this.publishedText, List.of(this.allowedOrigins))
							: null,
					List.of(this.scopes), this.createdBy, this.createdAt, this.expiresAt, this.lastUsedAt,
					this.revokedAt, (this.rotatedFrom != null) ? new ApiKeyId(this.rotatedFrom) : null);
		}

	}

}
