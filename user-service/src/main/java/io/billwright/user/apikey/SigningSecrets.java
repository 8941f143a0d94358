package io.billwright.user.apikey;

import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.secret.Sealing;

/// The secrets with which requests are signed: of a key at most a current one, and the one before it while that is still
/// good.
@Component
class SigningSecrets {

	private final DatabaseClient client;

	private final Sealing sealing;

	private final Clock clock;

	SigningSecrets(DatabaseClient client, Sealing sealing, Clock clock) {
		this.client = client;
		this.sealing = sealing;
		this.clock = clock;
	}

	/// Those of the current organization's key that are still good, the newest first.
	Flux<SigningSecret> of(ApiKeyId key) {
		return Tenant.current().flatMapMany((tenant) -> of(tenant.organizationId(), key));
	}

	/// Those of an organization's key that are still good, the newest first. Work above organizations.
	Flux<SigningSecret> of(OrganizationId organization, ApiKeyId key) {
		return this.client.sql("""
				SELECT * FROM signing_secrets WHERE organization_id = :organization AND api_key_id = :key
				AND (expires_at IS NULL OR expires_at > :now) ORDER BY id DESC""")
				.bind("organization", organization.value())
				.bind("key", key.value())
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.all()
				.publishOn(Schedulers.boundedElastic())
				.map((row) -> row.open(this.sealing));
	}

	/// Adds the current one.
	Mono<Void> add(SigningSecret secret) {
		return Mono.fromSupplier(() -> secret.sealed(this.sealing))
				.subscribeOn(Schedulers.boundedElastic())
				.flatMap((sealed) -> this.client.sql("""
						INSERT INTO signing_secrets (id, api_key_id, sealed, created_at)
						VALUES (:id, :key, :sealed, :now)""")
						.bind("id", secret.id())
						.bind("key", secret.key().value())
						.bind("sealed", sealed)
						.bind("now", secret.createdAt())
						.then());
	}

	/// Makes the current one the one before, good until the end, in whose place it comes.
	Mono<Void> retire(ApiKeyId key, Instant end) {
		return this.client.sql("""
				DELETE FROM signing_secrets
				WHERE organization_id = app_organization() AND api_key_id = :key
				AND (expires_at IS NOT NULL OR :end <= :now)""")
				.bind("key", key.value())
				.bind("end", end)
				.bind("now", this.clock.instant())
				.then()
				.then(this.client.sql("""
						UPDATE signing_secrets SET expires_at = :end
						WHERE organization_id = app_organization() AND api_key_id = :key""")
						.bind("key", key.value())
						.bind("end", end)
						.then());
	}

	/// Nobody compares rows.
	@SuppressWarnings("ArrayRecordComponent")
	record Row(UUID id, UUID apiKeyId, byte[] sealed, Instant createdAt, @Nullable Instant expiresAt) {

		SigningSecret open(Sealing sealing) {
			return SigningSecret.open(this.id, new ApiKeyId(this.apiKeyId), this.sealed, this.createdAt,
					this.expiresAt, sealing);
		}

	}

}
