package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.wire.PropertiesFormat;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;

import static io.billwright.platform.tenancy.Columns.required;

/// The bound tenant's events of a shard as far as they can be corrected, and the corrections. Needs a transaction of the
/// shard.
final class CorrectionTable {

	/// A key can come again after 35 days: the last event is meant. Customers who were on different shards may have used the same
	/// key: since they are on one, the key of one of them is kept in another form.
	private static final String FIND = """
			SELECT key_hash, accepted_month, to_jsonb(usage_event)::text AS state FROM usage_event
			WHERE key_hash IN ($1, md5($1::uuid::text || $4::uuid::text)::uuid) AND accepted_month >= $2 AND accepted_at >= $3 AND customer_id = $4
			ORDER BY accepted_at DESC LIMIT 1""";

	private static final String INSERT = """
			INSERT INTO usage_correction (id, customer_id, type, reason, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)""";

	/// A statement sees what was there before it.
	private static final String CHANGE = """
			WITH before AS (SELECT * FROM usage_event WHERE key_hash = $2 AND accepted_month = $3),
			after AS (
				UPDATE usage_event SET quantity = $4, happened_at = $5, properties = $6::jsonb, voided_at = $7
				WHERE key_hash = $2 AND accepted_month = $3 RETURNING *
			)
			INSERT INTO usage_event_change (correction_id, key_hash, accepted_month, before, after)
			SELECT $1, key_hash, accepted_month, to_jsonb(before), to_jsonb(after)
			FROM before JOIN after USING (key_hash, accepted_month)""";

	private static final String SELECT = """
			SELECT id, type, customer_id, reason, created_by, created_at, before::text AS before, after::text AS after
			FROM usage_correction JOIN usage_event_change ON correction_id = id\s""";

	private static final String BY_ID = SELECT + "WHERE id = $1 AND type IN ('void', 'amend')";

	private static final String LAST = SELECT + "WHERE key_hash = $1 AND accepted_month = $2 ORDER BY id DESC LIMIT 1";

	/// What backfills have changed is told of single events only.
	private static final String PAGE = SELECT
			+ """
					WHERE customer_id = $1 AND (key_hash = $2 OR ($2::uuid IS NULL AND type IN ('void', 'amend'))) AND ($3::uuid IS NULL OR id < $3)
					ORDER BY id DESC LIMIT $4""";

	private final DatabaseClient database;

	CorrectionTable(Shard shard) {
		this.database = shard.client();
	}

	/// An event in its row.
	record Kept(UUID keyHash, LocalDate month, EventState state) {}

	/// The event with the key, unless it was accepted before.
	Mono<Kept> find(UUID keyHash, UUID customer, Instant acceptedSince) {
		return this.database.sql(FIND)
				.bind(0, keyHash)
				.bind(1, acceptedSince.atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1))
				.bind(2, acceptedSince)
				.bind(3, customer)
				.map((row) -> new Kept(required(row, "key_hash", UUID.class),
						required(row, "accepted_month", LocalDate.class),
						state(PropertiesFormat.read(required(row, "state", String.class)))))
				.one();
	}

	/// Changes the event and keeps the correction.
	Mono<Void> save(Correction correction, Kept event) {
		EventState after = Objects.requireNonNull(correction.after());
		GenericExecuteSpec change = this.database.sql(CHANGE)
				.bind(0, correction.id().value())
				.bind(1, event.keyHash())
				.bind(2, event.month())
				.bind(3, after.quantity())
				.bind(4, after.timestamp());
		change = Columns.bind(change, 5, text(after.properties()), String.class);
		return this.database.sql(INSERT)
				.bind(0, correction.id().value())
				.bind(1, correction.customer())
				.bind(2, correction.type().name().toLowerCase(Locale.ROOT))
				.bind(3, correction.reason())
				.bind(4, correction.createdBy())
				.bind(5, correction.createdAt())
				.then()
				.then(Columns.bind(change, 6, after.voidedAt(), Instant.class).then());
	}

	/// What has been done to an event last.
	Mono<Correction> last(Kept event) {
		return this.database.sql(LAST)
				.bind(0, event.keyHash())
				.bind(1, event.month())
				.map(CorrectionTable::toCorrection)
				.one();
	}

	Mono<Correction> find(CorrectionId id) {
		return this.database.sql(BY_ID).bind(0, id.value()).map(CorrectionTable::toCorrection).one();
	}

	/// Those of a customer, the newest first.
	///
	/// @param keyHash of one event; `null` for all
	/// @param before of the page before; `null` for the first
	Mono<List<Correction>> page(UUID customer, @Nullable UUID keyHash, @Nullable UUID before, PageRequest page) {
		GenericExecuteSpec statement = Columns.bind(this.database.sql(PAGE).bind(0, customer), 1, keyHash, UUID.class);
		return Columns.bind(statement, 2, before, UUID.class).bind(3, page.fetch())
				.map(CorrectionTable::toCorrection)
				.all()
				.collectList();
	}

	private static @Nullable String text(Map<String, @Nullable Object> properties) {
		return properties.isEmpty() ? null : PropertiesFormat.toText(properties);
	}

	private static Correction toCorrection(Readable row) {
		@Nullable
		Map<String, @Nullable Object> before = state(row, "before");
		@Nullable
		Map<String, @Nullable Object> after = state(row, "after");
		Map<String, @Nullable Object> either = Objects.requireNonNull((before != null) ? before : after);
		return new Correction(new CorrectionId(required(row, "id", UUID.class)),
				Correction.Type.valueOf(required(row, "type", String.class).toUpperCase(Locale.ROOT)),
				required(row, "customer_id", UUID.class), String.valueOf(either.get("key")),
				required(row, "reason", String.class), required(row, "created_by", String.class),
				required(row, "created_at", Instant.class), (before != null) ? state(before) : null,
				(after != null) ? state(after) : null);
	}

	private static @Nullable Map<String, @Nullable Object> state(Readable row, String column) {
		@Nullable
		String state = row.get(column, String.class);
		return (state != null) ? PropertiesFormat.read(state) : null;
	}

	/// Of a whole row of `usage_event`.
	@SuppressWarnings("unchecked")
	private static EventState state(Map<String, @Nullable Object> row) {
		return new EventState(String.valueOf(row.get("metric")), (BigDecimal) known(row.get("quantity")),
				instant(known(row.get("happened_at"))),
				(row.get("properties") instanceof Map<?, ?> properties)
						? (Map<String, @Nullable Object>) properties
						: Map.of(),
				(row.get("voided_at") instanceof String voided) ? instant(voided) : null);
	}

	private static Object known(@Nullable Object value) {
		return Objects.requireNonNull(value);
	}

	private static Instant instant(Object text) {
		return OffsetDateTime.parse(text.toString()).toInstant();
	}

}
