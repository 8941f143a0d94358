package io.billwright.user.privacy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.UserId;
import io.billwright.user.system.Sweeper;

/// The exports of the current organization.
@Component
class Exports implements Sweeper {

	/// Who has taken an order and died is overtaken after this time.
	private static final Duration LEASE = Duration.ofMinutes(10);

	private static final String OF = " AND organization_id IN (SELECT organization_id FROM memberships WHERE user_id = :user)";

	private final DatabaseClient client;

	private final ExportSettings settings;

	private final Clock clock;

	Exports(DatabaseClient client, ExportSettings settings, Clock clock) {
		this.client = client;
		this.settings = settings;
		this.clock = clock;
	}

	/// Orders an export; fails with [PrivacyFailure.ExportPending].
	Mono<Export> order(String by) {
		Instant now = this.clock.instant();
		return this.client.sql("""
				INSERT INTO exports (id, status, requested_by, created_at, next_attempt_at, expires_at)
				VALUES (:id, 'pending', :by, :now, :now, :end) ON CONFLICT DO NOTHING RETURNING *""")
				.bind("id", ExportId.next().value())
				.bind("by", by)
				.bind("now", now)
				.bind("end", now.plus(this.settings.keep()))
				.mapProperties(Row.class)
				.one()
				.map(Row::toExport)
				.switchIfEmpty(Mono.error(PrivacyFailure.ExportPending::new));
	}

	/// The export; fails with [NotFound].
	Mono<Export> require(ExportId id) {
		return this.client.sql("""
				SELECT * FROM exports
				WHERE organization_id = app_organization() AND id = :id AND expires_at > :now""")
				.bind("id", id.value())
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.map(Row::toExport)
				.switchIfEmpty(Mono.error(() -> new NotFound("export", id.text())));
	}

	/// Takes an order that is due, whosever it is; nobody else gets it until the lease is over. Work above organizations.
	Mono<Export> take() {
		Instant now = this.clock.instant();
		return this.client.sql("""
				UPDATE exports SET attempts = attempts + 1, next_attempt_at = :leased
				WHERE (organization_id, id) IN (SELECT organization_id, id FROM exports
					WHERE status = 'pending' AND next_attempt_at <= :now
					ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
				RETURNING *""")
				.bind("leased", now.plus(LEASE))
				.bind("now", now)
				.mapProperties(Row.class)
				.one()
				.map(Row::toExport);
	}

	/// Adds a part to the file.
	Mono<Void> append(ExportId id, int ordinal, String content) {
		return this.client
				.sql("INSERT INTO export_parts (export_id, ordinal, content) VALUES (:id, :ordinal, :content)")
				.bind("id", id.value())
				.bind("ordinal", ordinal)
				.bind("content", content)
				.then();
	}

	/// A part of the file, or empty after the last one.
	Mono<String> part(ExportId id, int ordinal) {
		return this.client.sql("""
				SELECT content FROM export_parts
				WHERE organization_id = app_organization() AND export_id = :id AND ordinal = :ordinal""")
				.bind("id", id.value())
				.bind("ordinal", ordinal)
				.mapValue(String.class)
				.one();
	}

	/// The file is complete. Fails where the order has been stopped.
	Mono<Void> finish(ExportId id, long sizeBytes) {
		return this.client.sql("""
				UPDATE exports SET status = 'done', completed_at = :now, next_attempt_at = NULL, size_bytes = :size
				WHERE organization_id = app_organization() AND id = :id AND status = 'pending'""")
				.bind("id", id.value())
				.bind("now", this.clock.instant())
				.bind("size", sizeBytes)
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(() -> new IllegalStateException("The order has been stopped meanwhile")))
				.then();
	}

	/// It did not work: soon again, or never after too many attempts. Work above organizations.
	Mono<Void> fail(Export export) {
		boolean last = export.attempts() >= this.settings.attempts();
		return this.client.sql("""
				UPDATE exports SET status = :status, next_attempt_at = :now
				WHERE organization_id = :organization AND id = :id AND status = 'pending'""")
				.bind("status", last ? "failed" : "pending")
				.bind("now", this.clock.instant())
				.bind("organization", export.organization().value())
				.bind("id", export.id().value())
				.then();
	}

	/// Deletes the files of every organization that the user is or was in, and stops those that are being written: an order
	/// that nobody finishes has failed, and may be repeated. Work above organizations, best the last of its transaction.
	Mono<Void> forget(UserId user) {
		return this.client
				.sql("UPDATE exports SET status = 'failed', next_attempt_at = NULL WHERE status = 'pending'" + OF)
				.bind("user", user.value())
				.then()
				.then(this.client.sql("DELETE FROM exports WHERE status = 'done'" + OF).bind("user", user.value())
						.then());
	}

	@Override
	public Mono<Void> sweep() {
		return this.client.sql("DELETE FROM exports WHERE expires_at < :now").bind("now", this.clock.instant()).then();
	}

	record Row(UUID organizationId, UUID id, String status, String requestedBy, Instant createdAt, int attempts,
			@Nullable Instant completedAt, Instant expiresAt, long sizeBytes) {

		Export toExport() {
			return new Export(new OrganizationId(this.organizationId), new ExportId(this.id), this.status,
					this.requestedBy, this.createdAt, this.attempts, this.completedAt, this.expiresAt, this.sizeBytes);
		}

	}

}
