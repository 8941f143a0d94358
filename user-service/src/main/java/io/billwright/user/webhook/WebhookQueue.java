package io.billwright.user.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.system.SystemTransaction;
import io.billwright.user.webhook.WebhookEndpoint.Disabled;
import io.billwright.user.webhook.sending.Answer;
import io.billwright.user.webhook.sending.Answer.Result;

/// What waits to be sent, of everybody. All of it is work above organizations, each in a transaction of its own.
@Component
class WebhookQueue {

	/// Before the first organization.
	static final UUID BEGINNING = new UUID(0, 0);

	/// One delivery of each organization for which something waits, in turn from where the last round ended, so that nobody
	/// waits longer for others having more. Organizations are found by leaps over the index, however much waits for each.
	private static final String CLAIM = """
			WITH RECURSIVE waiting (organization_id) AS (
				(SELECT organization_id FROM webhook_deliveries
					WHERE due_at IS NOT NULL AND organization_id > :after ORDER BY organization_id LIMIT 1)
				UNION ALL
				SELECT (SELECT organization_id FROM webhook_deliveries
					WHERE due_at IS NOT NULL AND organization_id > waiting.organization_id ORDER BY organization_id LIMIT 1)
				FROM waiting WHERE waiting.organization_id IS NOT NULL
			), due AS (
				SELECT claimable.* FROM waiting CROSS JOIN LATERAL (
					SELECT delivery.* FROM (
						SELECT organization_id, live, id FROM webhook_endpoints
						WHERE organization_id = waiting.organization_id AND id <> ALL (:busy) ORDER BY random()) endpoint
					CROSS JOIN LATERAL (
						SELECT organization_id, live, id FROM webhook_deliveries
						WHERE organization_id = endpoint.organization_id AND live = endpoint.live
							AND endpoint_id = endpoint.id AND due_at <= :now
						ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) delivery
					LIMIT 1) claimable
				WHERE waiting.organization_id <> ALL (:full)
				LIMIT :free
			)
			UPDATE webhook_deliveries delivery SET due_at = :leased, attempts = attempts + 1, tried = tried + 1
			FROM due, webhook_endpoints endpoint, webhook_events event
			WHERE (delivery.organization_id, delivery.live, delivery.id) = (due.organization_id, due.live, due.id)
				AND (endpoint.organization_id, endpoint.live, endpoint.id)
					= (delivery.organization_id, delivery.live, delivery.endpoint_id)
				AND (event.organization_id, event.live, event.id)
					= (delivery.organization_id, delivery.live, delivery.event_id)
			RETURNING delivery.organization_id, delivery.live, delivery.id, delivery.endpoint_id, delivery.event_id,
				delivery.attempts, delivery.tried, endpoint.url, endpoint.secret, endpoint.previous_secret,
				endpoint.previous_secret_expires_at,
				endpoint.disabled_reason IS NULL AND endpoint.deleted_at IS NULL AS enabled, event.payload""";

	/// Only who has the newest claim says what becomes of the delivery; what came of its attempt is noted in any case.
	private static final String RECORD = """
			WITH delivery AS (
				UPDATE webhook_deliveries SET state = :state, due_at = :due
				WHERE organization_id = :organization AND live = :live AND id = :id
					AND attempts = :number AND state = 'pending'
			)
			INSERT INTO webhook_attempts (organization_id, live, delivery_id, number, attempted_at, duration_ms, status,
				error, answer)
			SELECT organization_id, live, id, :number, :at, :duration, :status, :error, :answer FROM webhook_deliveries
			WHERE organization_id = :organization AND live = :live AND id = :id""";

	private static final String GIVE_UP = """
			UPDATE webhook_deliveries SET state = 'failed', due_at = NULL, attempts = attempts - 1
			WHERE organization_id = :organization AND live = :live AND id = :id AND attempts = :number""";

	private static final String OF_ENDPOINT = " WHERE organization_id = :organization AND live = :live AND id = :endpoint";

	private static final String MEASURE = """
			SELECT count(*) AS due, min(due_at) AS oldest
			FROM (SELECT due_at FROM webhook_deliveries WHERE due_at <= :now ORDER BY due_at LIMIT :limit) bounded""";

	/// Deliveries that are old, or whose endpoint is deleted; events that nobody is sent any more; and deleted endpoints to
	/// which nothing leads. What waits is not old before it has failed.
	private static final String PURGE = """
			WITH old AS (
				SELECT ctid FROM webhook_deliveries WHERE created_at < :before AND due_at IS NULL
				ORDER BY created_at LIMIT :batch
			), orphaned AS (
				SELECT delivery.ctid FROM webhook_endpoints endpoint JOIN webhook_deliveries delivery
					ON (delivery.organization_id, delivery.live, delivery.endpoint_id)
						= (endpoint.organization_id, endpoint.live, endpoint.id)
				WHERE endpoint.deleted_at IS NOT NULL LIMIT :batch
			)
			DELETE FROM webhook_deliveries
			WHERE ctid = ANY (ARRAY(SELECT ctid FROM old UNION SELECT ctid FROM orphaned))""";

	private static final String PURGE_EVENTS = """
			DELETE FROM webhook_events WHERE ctid = ANY (ARRAY(
				SELECT ctid FROM webhook_events event WHERE created_at < :before AND NOT EXISTS (
					SELECT FROM webhook_deliveries delivery
					WHERE (delivery.organization_id, delivery.live, delivery.event_id)
						= (event.organization_id, event.live, event.id))
				ORDER BY created_at LIMIT :batch))""";

	private static final String PURGE_ENDPOINTS = """
			DELETE FROM webhook_endpoints endpoint WHERE deleted_at < :before AND NOT EXISTS (
				SELECT FROM webhook_deliveries delivery
				WHERE (delivery.organization_id, delivery.live, delivery.endpoint_id)
					= (endpoint.organization_id, endpoint.live, endpoint.id))""";

	private static final int MEASURED_LIMIT = 10_000;

	private final DatabaseClient client;

	private final SystemTransaction transaction;

	private final AuditLog audit;

	private final WebhookSettings settings;

	private final Clock clock;

	WebhookQueue(DatabaseClient client, SystemTransaction transaction, AuditLog audit, WebhookSettings settings,
			Clock clock) {
		this.client = client;
		this.transaction = transaction;
		this.audit = audit;
		this.settings = settings;
		this.clock = clock;
	}

	/// Claims deliveries that are due, one for each organization at the most. Nobody else gets them until the lease is over.
	///
	/// @param after the organization after which to look
	/// @param busy endpoints that get nothing now
	/// @param full organizations that get nothing now
	/// @param free how many at the most
	Flux<Claimed> claim(UUID after, Collection<UUID> busy, Collection<UUID> full, int free) {
		Instant now = this.clock.instant();
		return this.client.sql(CLAIM)
				.bind("after", after)
				.bind("busy", busy.toArray(UUID[]::new))
				.bind("full", full.toArray(UUID[]::new))
				.bind("now", now)
				.bind("leased", now.plus(this.settings.lease()))
				.bind("free", free)
				.mapProperties(Claimed.class)
				.all()
				.as(this.transaction::transactional);
	}

	/// Notes what came of an attempt and what follows from it; emits what has become of the delivery.
	Mono<WebhookDelivery.State> record(Claimed claimed, Instant at, Answer answer) {
		boolean delivered = answer.result() == Result.DELIVERED;
		Instant next = (delivered || answer.isGone()) ? null : next(claimed, answer);
		WebhookDelivery.State state = delivered
				? WebhookDelivery.State.DELIVERED
				: (next != null) ? WebhookDelivery.State.PENDING : WebhookDelivery.State.FAILED;
		GenericExecuteSpec statement = this.client.sql(RECORD)
				.bind("state", state.code())
				.bind("number", claimed.attempts())
				.bind("at", at)
				.bind("duration", Math.toIntExact(answer.duration().toMillis()))
				.bind("answer", answer.body());
		statement = (next != null) ? statement.bind("due", next) : statement.bindNull("due", Instant.class);
		Integer status = answer.status();
		statement = (status != null)
				? statement.bind("status", status).bindNull("error", String.class)
				: statement.bindNull("status", Integer.class).bind("error", answer.result().code());
		return delivery(statement, claimed).then()
				.then(delivered ? recover(claimed) : suspect(claimed, answer.isGone()))
				.thenReturn(state)
				.as(this.transaction::transactional);
	}

	/// Gives up a delivery that was claimed for an endpoint to which nothing is sent. No attempt was made.
	Mono<Void> giveUp(Claimed claimed) {
		return delivery(this.client.sql(GIVE_UP).bind("number", claimed.attempts()), claimed).then()
				.as(this.transaction::transactional);
	}

	/// What is due and not claimed.
	Mono<Backlog> measure() {
		return this.client.sql(MEASURE)
				.bind("now", this.clock.instant())
				.bind("limit", MEASURED_LIMIT)
				.mapProperties(Backlog.class)
				.one()
				.as(this.transaction::transactional);
	}

	/// Deletes what is kept no longer, batch by batch.
	Mono<Void> purge() {
		return batches(PURGE).then(batches(PURGE_EVENTS))
				.then(Mono.defer(() -> this.client.sql(PURGE_ENDPOINTS)
						.bind("before", this.clock.instant().minus(this.settings.lease()))
						.then()
						.as(this.transaction::transactional)));
	}

	private Mono<Void> batches(String sql) {
		return Mono.defer(() -> this.client.sql(sql)
				.bind("before", this.clock.instant().minus(this.settings.keep()))
				.bind("batch", this.settings.purgeBatch())
				.fetch()
				.rowsUpdated()
				.as(this.transaction::transactional))
				.repeat()
				.takeWhile((deleted) -> deleted > 0)
				.then();
	}

	private @Nullable Instant next(Claimed claimed, Answer answer) {
		Duration pause = this.settings.pause(claimed.tried(), answer.retryAfter());
		return (pause != null) ? this.clock.instant().plus(pause) : null;
	}

	private Mono<Void> recover(Claimed claimed) {
		return endpoint("UPDATE webhook_endpoints SET failing_since = NULL" + OF_ENDPOINT
				+ " AND failing_since IS NOT NULL", claimed).then();
	}

	private Mono<Void> suspect(Claimed claimed, boolean gone) {
		Instant now = this.clock.instant();
		String reason = (gone ? Disabled.GONE : Disabled.FAILING).code();
		return endpoint("UPDATE webhook_endpoints SET failing_since = :now" + OF_ENDPOINT
				+ " AND failing_since IS NULL", claimed).bind("now", now)
				.then()
				.then(endpoint("UPDATE webhook_endpoints SET disabled_reason = :reason, version = version + 1, "
						+ "updated_at = :now" + OF_ENDPOINT + " AND disabled_reason IS NULL AND deleted_at IS NULL "
						+ "AND (:gone OR failing_since <= :patient) RETURNING id", claimed).bind("reason", reason)
						.bind("now", now)
						.bind("gone", gone)
						.bind("patient", now.minus(this.settings.disableAfter()))
						.mapValue(UUID.class)
						.one())
				.flatMap((disabled) -> this.transaction.onBehalfOf(new OrganizationId(claimed.organizationId()),
						this.audit.recordByPlatform(new Change("webhook_endpoint.disabled",
								new WebhookEndpointId(disabled).text(), Map.of("reason", reason)))));
	}

	private static GenericExecuteSpec delivery(GenericExecuteSpec statement, Claimed claimed) {
		return statement.bind("organization", claimed.organizationId())
				.bind("live", claimed.live())
				.bind("id", claimed.id());
	}

	private GenericExecuteSpec endpoint(String sql, Claimed claimed) {
		return this.client.sql(sql)
				.bind("organization", claimed.organizationId())
				.bind("live", claimed.live())
				.bind("endpoint", claimed.endpointId());
	}

	/// A delivery that is this instance's for the time of the lease, with what is needed to make an attempt.
	///
	/// @param attempts the number of the attempt
	/// @param tried how many there are since the delivery was queued or replayed
	/// @param enabled whether anything is sent to the endpoint
	@SuppressWarnings("ArrayRecordComponent")
	record Claimed(UUID organizationId, boolean live, UUID id, UUID endpointId, UUID eventId, int attempts, int tried,
			String url, byte[] secret, byte @Nullable [] previousSecret, @Nullable Instant previousSecretExpiresAt,
			boolean enabled, String payload) {

		/// The sealed secret before the current one, while it is good.
		byte @Nullable [] previousSecretAt(Instant now) {
			return ((this.previousSecretExpiresAt != null) && now.isBefore(this.previousSecretExpiresAt))
					? Objects.requireNonNull(this.previousSecret)
					: null;
		}

	}

	/// @param due how many, counted up to 10,000
	/// @param oldest since when the first of them is due
	record Backlog(long due, @Nullable Instant oldest) {}

}
