package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.archived.ArchivedEvents;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.summary.Span;
import io.billwright.analytics.usage.EventKey;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.PropertiesFormat;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.Tenant;

import static io.billwright.platform.tenancy.Columns.required;

/// The bound tenant's backfills of a shard, and what they do to its events. Needs a transaction of the shard.
final class BackfillTable {

	private static final String COLUMNS = """
			SELECT id, status, customer_id, metric, starts_at, ends_at, reason, created_by, created_at, correction_id, applied_at,
				reverted_at, (SELECT count(*) FROM usage_backfill_event WHERE backfill_id = id) AS events
			FROM usage_backfill\s""";

	private static final String BY_ID = COLUMNS + "WHERE id = $1 AND (status <> 'draft' OR created_at > $2)";

	private static final String PAGE = COLUMNS + """
			WHERE customer_id = $1 AND (status <> 'draft' OR created_at > $2) AND ($3::uuid IS NULL OR id < $3)
			ORDER BY id DESC LIMIT $4""";

	/// Who adds a draft waits for whoever is adding one, so that the limit holds.
	private static final String LOCK_DRAFTS = """
			SELECT pg_advisory_xact_lock(hashtextextended('backfills ' || app_organization() || app_live(), 0))""";

	private static final String EXPIRE = "DELETE FROM usage_backfill WHERE status = 'draft' AND created_at <= $1";

	private static final String COUNT_DRAFTS = "SELECT count(*) FROM usage_backfill WHERE status = 'draft'";

	private static final String INSERT = """
			INSERT INTO usage_backfill (id, status, customer_id, metric, starts_at, ends_at, reason, created_by, created_at)
			VALUES ($1, 'draft', $2, $3, $4, $5, $6, $7, $8)""";

	/// Who puts events in, and who applies or reverts, does so alone.
	private static final String LOCK = "SELECT 1 FROM usage_backfill WHERE id = $1 FOR UPDATE";

	private static final String DELETE = "DELETE FROM usage_backfill WHERE id = $1 AND status = 'draft'";

	private static final String PUT = """
			INSERT INTO usage_backfill_event (backfill_id, key_hash, key, metric, quantity, happened_at, properties)
			SELECT $1, key_hash, key, metric, quantity, happened_at, properties::jsonb
			FROM unnest($2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::timestamptz[], $7::text[])
				AS event (key_hash, key, metric, quantity, happened_at, properties)
			ON CONFLICT (backfill_id, key_hash) DO UPDATE SET metric = excluded.metric, quantity = excluded.quantity,
				happened_at = excluded.happened_at, properties = excluded.properties""";

	private static final String EVENTS = """
			SELECT key, metric, quantity, happened_at, properties::text AS properties FROM usage_backfill_event
			WHERE backfill_id = $1""";

	/// `$2` to `$5`: whose events are replaced.
	private static final String IN_SCOPE = """
			event.customer_id = $2 AND ($3::text IS NULL OR event.metric = $3) AND event.happened_at >= $4
				AND event.happened_at < $5 AND event.voided_at IS NULL""";

	/// An event with the same key as one of the backfill; a key older than this is free again. `$1` the backfill, `%s` since when.
	private static final String SAME_KEY = """
			given.backfill_id = $1 AND event.key_hash = given.key_hash AND event.accepted_month >= date_trunc('month', %1$s - interval '1 day')
				AND event.accepted_at > %1$s""";

	private static final String COUNT_REPLACED = "SELECT count(*) FROM usage_event AS event WHERE $1::uuid IS NOT NULL AND "
			+ IN_SCOPE;

	/// Keys of events that the backfill does not replace and that are no voided ones of the customer.
	private static final String COUNT_TAKEN = """
			SELECT count(*) FROM usage_backfill_event AS given JOIN usage_event AS event ON %s
			WHERE NOT (%s) AND NOT (event.customer_id = $2 AND event.voided_at IS NOT NULL)"""
			.formatted(SAME_KEY.formatted("$6::timestamptz"), IN_SCOPE);

	private static final String BEGIN = """
			INSERT INTO usage_correction (id, customer_id, type, reason, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)""";

	/// What is in the scope, and voided events whose keys come again. `$7` the correction.
	private static final String NOTE_REPLACED = """
			INSERT INTO usage_event_change (correction_id, key_hash, accepted_month, before)
			SELECT $7, key_hash, accepted_month, to_jsonb(event) FROM usage_event AS event WHERE %s
			UNION ALL
			SELECT $7, event.key_hash, event.accepted_month, to_jsonb(event)
			FROM usage_backfill_event AS given JOIN usage_event AS event ON %s AND event.voided_at IS NOT NULL"""
			.formatted(IN_SCOPE, SAME_KEY.formatted("$6::timestamptz"));

	private static final String VOID_REPLACED = """
			UPDATE usage_event AS event SET voided_at = $2 FROM usage_event_change AS change
			WHERE change.correction_id = $1 AND event.key_hash = change.key_hash
				AND event.accepted_month = change.accepted_month AND event.voided_at IS NULL""";

	private static final String REUSE = """
			UPDATE usage_event AS event SET metric = given.metric, quantity = given.quantity, happened_at = given.happened_at,
				properties = given.properties, voided_at = NULL
			FROM usage_backfill_event AS given WHERE %s"""
			.formatted(SAME_KEY.formatted("$2::timestamptz"));

	/// `$2` since when keys are known; `$3` the customer; `$4` now; `$5` the month of that; `$6` the correction.
	private static final String ADD = """
			WITH added AS (
				INSERT INTO usage_event (organization_id, live, customer_id, metric, key, quantity, happened_at, accepted_at,
					key_hash, accepted_month, properties)
				SELECT organization_id, live, $3, metric, key, quantity, happened_at, $4, key_hash, $5, properties
				FROM usage_backfill_event AS given WHERE backfill_id = $1
					AND NOT EXISTS (SELECT FROM usage_event AS event WHERE %s)
				RETURNING key_hash, accepted_month
			)
			INSERT INTO usage_event_change (correction_id, key_hash, accepted_month)
			SELECT $6, key_hash, accepted_month FROM added"""
			.formatted(SAME_KEY.formatted("$2::timestamptz"));

	private static final String NOTE_AFTER = """
			UPDATE usage_event_change AS change SET after = to_jsonb(event) FROM usage_event AS event
			WHERE change.correction_id = $1 AND event.key_hash = change.key_hash
				AND event.accepted_month = change.accepted_month""";

	private static final String APPLIED = """
			UPDATE usage_backfill SET status = 'applied', correction_id = $2, applied_at = $3 WHERE id = $1""";

	/// Later ones that are applied and replace some of the same time, or have changed some of the same events.
	private static final String COUNT_LATER = """
			SELECT count(*) FROM usage_backfill AS later, usage_backfill AS this
			WHERE this.id = $1 AND later.customer_id = this.customer_id AND later.status = 'applied'
				AND (later.applied_at, later.id) > (this.applied_at, this.id)
				AND (((later.metric IS NULL OR this.metric IS NULL OR later.metric = this.metric)
						AND later.starts_at < this.ends_at AND later.ends_at > this.starts_at)
					OR EXISTS (SELECT FROM usage_event_change AS mine JOIN usage_event_change AS theirs
						USING (key_hash, accepted_month)
						WHERE mine.correction_id = this.correction_id AND theirs.correction_id = later.correction_id))""";

	/// `$1` what is taken back; `$2` the correction.
	private static final String NOTE_REVERTED = """
			INSERT INTO usage_event_change (correction_id, key_hash, accepted_month, before)
			SELECT $2, key_hash, accepted_month, to_jsonb(event)
			FROM usage_event_change AS change JOIN usage_event AS event USING (key_hash, accepted_month)
			WHERE change.correction_id = $1""";

	private static final String REMOVE = """
			DELETE FROM usage_event AS event USING usage_event_change AS change
			WHERE change.correction_id = $1 AND change.before IS NULL AND event.key_hash = change.key_hash
				AND event.accepted_month = change.accepted_month""";

	private static final String RESTORE = """
			UPDATE usage_event AS event SET metric = was.metric, quantity = was.quantity, happened_at = was.happened_at,
				properties = was.properties, voided_at = was.voided_at
			FROM usage_event_change AS change, LATERAL jsonb_populate_record(NULL::usage_event, change.before) AS was
			WHERE change.correction_id = $1 AND change.before IS NOT NULL AND event.key_hash = change.key_hash
				AND event.accepted_month = change.accepted_month""";

	private static final String REVERTED = "UPDATE usage_backfill SET status = 'reverted', reverted_at = $2 WHERE id = $1";

	private static final String TOUCHED = """
			SELECT DISTINCT state ->> 'metric' AS metric, date_trunc('minute', (state ->> 'happened_at')::timestamptz) AS minute
			FROM usage_event_change, LATERAL (VALUES (before), (after)) AS both_states (state)
			WHERE correction_id = $1 AND state IS NOT NULL AND state ->> 'voided_at' IS NULL""";

	private final DatabaseClient database;

	private final ArchivedEvents archived;

	BackfillTable(Shard shard) {
		this.database = shard.client();
		this.archived = new ArchivedEvents(this.database);
	}

	/// A draft from before the given moment is as if it were not there.
	Mono<Backfill> find(BackfillId id, Instant draftsSince) {
		return this.database.sql(BY_ID).bind(0, id.value()).bind(1, draftsSince).map(BackfillTable::toBackfill).one();
	}

	/// The same, until the transaction ends nobody else's.
	Mono<Backfill> lock(BackfillId id, Instant draftsSince) {
		return execute(LOCK, id.value()).then(Mono.defer(() -> find(id, draftsSince)));
	}

	/// Those of a customer, the newest first.
	Mono<List<Backfill>> page(UUID customer, Instant draftsSince, @Nullable UUID before, PageRequest page) {
		return Columns
				.bind(this.database.sql(PAGE).bind(0, customer).bind(1, draftsSince), 2, before, UUID.class)
				.bind(3, page.fetch())
				.map(BackfillTable::toBackfill)
				.all()
				.collectList();
	}

	/// Forgets drafts of the tenant that are too old, and tells how many are left. Nobody adds one until the transaction ends.
	Mono<Long> countDrafts(Instant draftsSince) {
		return execute(LOCK_DRAFTS).then(execute(EXPIRE, draftsSince))
				.then(Mono.defer(() -> this.database.sql(COUNT_DRAFTS).mapValue(Long.class).one()));
	}

	Mono<Void> add(Backfill backfill) {
		Backfill.Scope scope = backfill.scope();
		GenericExecuteSpec statement = this.database.sql(INSERT).bind(0, backfill.id().value()).bind(1,
				scope.customer());
		return Columns.bind(statement, 2, scope.metric(), String.class)
				.bind(3, scope.span().start())
				.bind(4, scope.span().end())
				.bind(5, backfill.reason())
				.bind(6, backfill.createdBy())
				.bind(7, backfill.createdAt())
				.then();
	}

	Mono<Void> deleteDraft(BackfillId id) {
		return execute(DELETE, id.value());
	}

	/// Puts events in; one whose key is there already takes its place.
	///
	/// @param events no two of which have the same key
	Mono<Void> put(BackfillId id, Collection<UsageEvent> events) {
		return this.database.sql(PUT)
				.bind(0, id.value())
				.bind(1, events.stream()
						.map((event) -> EventKey.hash(event.organization(), event.live(), event.key()))
						.toArray(UUID[]::new))
				.bind(2, events.stream().map(UsageEvent::key).toArray(String[]::new))
				.bind(3, events.stream().map(UsageEvent::metric).toArray(String[]::new))
				.bind(4, events.stream().map(UsageEvent::quantity).toArray(BigDecimal[]::new))
				.bind(5, events.stream().map(UsageEvent::timestamp).toArray(Instant[]::new))
				.bind(6, events.stream().map((event) -> properties(event.properties())).toArray(String[]::new))
				.then();
	}

	private static @Nullable String properties(Map<String, @Nullable Object> properties) {
		return properties.isEmpty() ? null : PropertiesFormat.toText(properties);
	}

	/// The events that were put in, in no order.
	///
	/// @param acceptedAt when they are taken to be accepted
	Flux<UsageEvent> events(Backfill backfill, Tenant tenant, Instant acceptedAt) {
		return this.database.sql(EVENTS).bind(0, backfill.id().value()).map((row) -> {
			@Nullable
			String properties = row.get("properties", String.class);
			return new UsageEvent(tenant.organization(), tenant.live(), backfill.scope().customer(),
					required(row, "metric", String.class), required(row, "key", String.class),
					required(row, "quantity", BigDecimal.class), required(row, "happened_at", Instant.class),
					acceptedAt,
					(properties != null) ? PropertiesFormat.read(properties) : Map.of());
		}).all();
	}

	/// How many events it would replace now. Fails with [io.billwright.analytics.archived.ArchivedFailure] where some of them are
	/// archived.
	Mono<Long> countReplaced(Backfill backfill) {
		Backfill.Scope scope = backfill.scope();
		return scoped(COUNT_REPLACED, backfill).mapValue(Long.class)
				.one()
				.delayUntil((count) -> this.archived.refuse(List.of(scope.customer()),
						(scope.metric() != null) ? List.of(scope.metric()) : null, List.of(scope.span().start()),
						List.of(scope.span().end())));
	}

	/// How many of its keys belong to other events, which it does not replace.
	Mono<Long> countTaken(Backfill backfill, Instant now) {
		return scoped(COUNT_TAKEN, backfill).bind(5, now.minus(EventKey.LIFE)).mapValue(Long.class).one();
	}

	/// Replaces the events, and keeps what was before under the correction. Needs the watermark; no key may be taken.
	Mono<Void> apply(Backfill backfill, UUID correction, String principal, Instant now) {
		UUID id = backfill.id().value();
		Instant keysSince = now.minus(EventKey.LIFE);
		LocalDate month = now.atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1);
		return begin(backfill, "backfill", correction, principal, now)
				.then(Mono.defer(() -> scoped(NOTE_REPLACED, backfill).bind(5, keysSince).bind(6, correction).then()))
				.then(execute(VOID_REPLACED, correction, now))
				.then(execute(REUSE, id, keysSince))
				.then(execute("SELECT ensure_usage_month($1)", month))
				.then(execute(ADD, id, keysSince, backfill.scope().customer(), now, month, correction))
				.then(execute(NOTE_AFTER, correction))
				.then(execute(APPLIED, id, correction, now));
	}

	/// How many later ones are in the way of taking it back.
	Mono<Long> countLater(BackfillId id) {
		return this.database.sql(COUNT_LATER).bind(0, id.value()).mapValue(Long.class).one();
	}

	/// Makes every event what it was before, and keeps that too under a correction of its own. Needs the watermark. Fails with
	/// [io.billwright.analytics.archived.ArchivedFailure] where some of them are archived.
	///
	/// @param applied the correction that is taken back
	Mono<Void> revert(Backfill backfill, UUID applied, UUID correction, String principal, Instant now) {
		return begin(backfill, "revert", correction, principal, now).then(execute(NOTE_REVERTED, applied, correction))
				.then(this.archived.refuseChanged(applied))
				.then(execute(REMOVE, applied))
				.then(execute(RESTORE, applied))
				.then(execute(NOTE_AFTER, correction))
				.then(execute(REVERTED, backfill.id().value(), now));
	}

	/// By metric the minutes in which the correction has changed what counts.
	Mono<Map<String, Set<Instant>>> touched(UUID correction) {
		return this.database.sql(TOUCHED)
				.bind(0, correction)
				.map((row) -> Map.entry(required(row, "metric", String.class), required(row, "minute", Instant.class)))
				.all()
				.collect(HashMap::new, (touched, minute) -> touched
						.computeIfAbsent(minute.getKey(), (metric) -> new HashSet<>())
						.add(minute.getValue()));
	}

	private Mono<Void> begin(Backfill backfill, String type, UUID correction, String principal, Instant now) {
		return execute(BEGIN, correction, backfill.scope().customer(), type, backfill.reason(), principal, now);
	}

	private GenericExecuteSpec scoped(String sql, Backfill backfill) {
		Backfill.Scope scope = backfill.scope();
		GenericExecuteSpec statement = this.database.sql(sql).bind(0, backfill.id().value()).bind(1, scope.customer());
		return Columns.bind(statement, 2, scope.metric(), String.class)
				.bind(3, scope.span().start())
				.bind(4, scope.span().end());
	}

	private Mono<Void> execute(String sql, Object... parameters) {
		return Mono.defer(() -> {
			GenericExecuteSpec statement = this.database.sql(sql);
			for (int at = 0; at < parameters.length; at++) {
				statement = statement.bind(at, parameters[at]);
			}
			return statement.then();
		});
	}

	private static Backfill toBackfill(Readable row) {
		return new Backfill(new BackfillId(required(row, "id", UUID.class)),
				Backfill.Status.valueOf(required(row, "status", String.class).toUpperCase(Locale.ROOT)),
				new Backfill.Scope(required(row, "customer_id", UUID.class), row.get("metric", String.class),
						new Span(required(row, "starts_at", Instant.class), required(row, "ends_at", Instant.class))),
				required(row, "reason", String.class), required(row, "created_by", String.class),
				required(row, "created_at", Instant.class), required(row, "events", Long.class),
				row.get("correction_id", UUID.class), row.get("applied_at", Instant.class),
				row.get("reverted_at", Instant.class));
	}

}
