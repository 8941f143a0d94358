package io.billwright.analytics.counting;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.BinaryArray.ElementType;
import io.billwright.analytics.counting.Received.Countable;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.EventKey;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.PropertiesFormat;

import static io.billwright.platform.tenancy.Columns.required;

/// The events of a shard as they were accepted.
final class EventTable {

	/// Across the months of acceptance; within one a key is unique anyway.
	private static final long UNIQUE_DAYS = EventKey.LIFE.toDays();

	/// Tells which keys were not new. The look-up in the other months is written as a value and not as a condition, as
	/// PostgreSQL would sooner or later make a join of that, which reads all of a month.
	private static final String INSERT = """
			WITH inserted AS (
				INSERT INTO usage_event (organization_id, live, customer_id, metric, key, quantity, happened_at, accepted_at,
					key_hash, accepted_month, properties)
				SELECT * FROM unnest($1::uuid[], $2::boolean[], $3::uuid[], $4::text[], $5::text[], $6::numeric[],
					$7::timestamptz[], $8::timestamptz[], $9::uuid[], $10::date[], $11::jsonb[])
					AS given (organization_id, live, customer_id, metric, key, quantity, happened_at, accepted_at, key_hash,
						accepted_month, properties)
				WHERE (SELECT true FROM usage_event AS known WHERE known.key_hash = given.key_hash
					AND known.accepted_month BETWEEN $12 AND $13 AND known.accepted_month NOT BETWEEN $14 AND $15
					AND known.accepted_month <> given.accepted_month
					AND known.accepted_at BETWEEN given.accepted_at - $16 * interval '1 day'
						AND given.accepted_at + $16 * interval '1 day' LIMIT 1) IS NULL
				ON CONFLICT DO NOTHING
				RETURNING key_hash
			)
			SELECT ARRAY(SELECT key_hash FROM unnest($9::uuid[]) AS given (key_hash)
				WHERE key_hash NOT IN (SELECT key_hash FROM inserted)) AS keys""";

	private static final String READ = """
			SELECT customer_id, key, quantity, happened_at, accepted_at, properties::text AS properties FROM usage_event
			WHERE seq > $1 AND seq <= $2 AND organization_id = $3 AND live = $4 AND metric = $5 AND voided_at IS NULL""";

	private static final String READ_IN = """
			SELECT seq, customer_id, key, quantity, happened_at, accepted_at, properties::text AS properties
			FROM unnest($3::timestamptz[], $4::timestamptz[]) AS stretch (start, finish)
			JOIN usage_event ON customer_id = $1 AND metric = $2 AND happened_at >= start AND happened_at < finish
				AND voided_at IS NULL""";

	private final Shard shard;

	private final DatabaseClient database;

	private final Set<LocalDate> months = ConcurrentHashMap.newKeySet();

	EventTable(Shard shard) {
		this.shard = shard;
		this.database = shard.client();
	}

	/// Makes sure that there is a partition for each of the months.
	Mono<Void> ensure(List<LocalDate> wanted) {
		return Flux.fromIterable(wanted)
				.filter((month) -> !this.months.contains(month))
				.concatMap((month) -> this.shard
						.transactional(this.database.sql("SELECT ensure_usage_month($1)").bind(0, month).then())
						.doOnSuccess((done) -> this.months.add(month)))
				.then();
	}

	/// Inserts the events whose key is new, and emits those.
	///
	/// @param events no two of which have the same key
	Mono<List<Countable>> insert(List<Countable> events) {
		return events.isEmpty() ? Mono.just(events) : Mono.defer(() -> execute(events));
	}

	private Mono<List<Countable>> execute(List<Countable> events) {
		LocalDate first = events.getFirst().acceptedMonth();
		LocalDate last = first;
		for (Countable countable : events) {
			LocalDate month = countable.acceptedMonth();
			first = month.isBefore(first) ? month : first;
			last = month.isAfter(last) ? month : last;
		}
		LocalDate from = first.minusDays(UNIQUE_DAYS).withDayOfMonth(1);
		LocalDate until = last.plusMonths(1).plusDays(UNIQUE_DAYS).withDayOfMonth(1);
		// Where all are of one month, PostgreSQL need not even look into that one; else it leaves out none, a range without a month.
		boolean oneMonth = first.equals(last);
		return Statements.bind(this.database.sql(INSERT), columns(events))
				.bind(11, from)
				.bind(12, until)
				.bind(13, oneMonth ? first : until.plusMonths(1))
				.bind(14, oneMonth ? first : from)
				.bind(15, UNIQUE_DAYS)
				.map((row) -> without(events, Set.of(required(row, "keys", UUID[].class))))
				.one();
	}

	private static List<Countable> without(List<Countable> events, Set<UUID> known) {
		return known.isEmpty()
				? events
				: events.stream().filter((event) -> !known.contains(event.keyHash())).toList();
	}

	private static BinaryArray[] columns(List<Countable> events) {
		BinaryArray[] columns = Statements.columns(events.size(), ElementType.UUID, ElementType.BOOLEAN,
				ElementType.UUID, ElementType.TEXT, ElementType.TEXT, ElementType.NUMERIC, ElementType.TIMESTAMPTZ,
				ElementType.TIMESTAMPTZ, ElementType.UUID, ElementType.DATE, ElementType.JSONB);
		events.forEach((countable) -> {
			UsageEvent event = countable.event();
			columns[0].add(event.organization());
			columns[1].add(event.live());
			columns[2].add(event.customer());
			columns[3].add(event.metric());
			columns[4].add(event.key());
			columns[5].add(event.quantity());
			columns[6].add(event.timestamp());
			columns[7].add(event.acceptedAt());
			columns[8].add(countable.keyHash());
			columns[9].add(countable.acceptedMonth());
			columns[10].addJson(properties(event.properties()));
		});
		return columns;
	}

	private static byte @Nullable [] properties(Map<String, @Nullable Object> properties) {
		return properties.isEmpty() ? null : PropertiesFormat.write(properties);
	}

	/// The events that the meter may count, of a range of the order in which they came.
	///
	/// @param after exclusive
	/// @param until inclusive
	Flux<UsageEvent> read(Metering meter, long after, long until) {
		return this.database.sql(READ)
				.bind(0, after)
				.bind(1, until)
				.bind(2, meter.organization())
				.bind(3, meter.live())
				.bind(4, meter.event())
				.map((row) -> toEvent(meter, row))
				.all();
	}

	/// The events of a customer that the meter may count, in some stretches of time.
	Flux<Numbered> readIn(UUID customer, Metering meter, List<Stretch> stretches) {
		return Stretch.bind(this.database.sql(READ_IN).bind(0, customer).bind(1, meter.event()), 2, stretches)
				.map((row) -> new Numbered(required(row, "seq", Long.class), toEvent(meter, row)))
				.all();
	}

	/// @param seq in the order in which events came
	record Numbered(long seq, UsageEvent event) {}

	private static UsageEvent toEvent(Metering meter, Readable row) {
		@Nullable
		String properties = row.get("properties", String.class);
		return new UsageEvent(meter.organization(), meter.live(), required(row, "customer_id", UUID.class),
				meter.event(), required(row, "key", String.class),
				required(row, "quantity", java.math.BigDecimal.class),
				required(row, "happened_at", java.time.Instant.class),
				required(row, "accepted_at", java.time.Instant.class),
				(properties != null) ? PropertiesFormat.read(properties) : Map.of());
	}

}
