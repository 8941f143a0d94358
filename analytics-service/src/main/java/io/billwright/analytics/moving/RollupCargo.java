package io.billwright.analytics.moving;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import io.r2dbc.spi.Readable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.Watermark;
import io.billwright.analytics.moving.Progress.Stage;
import io.billwright.analytics.moving.Step.Customers;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Copies the roll-ups of a step, each hour of a customer as a whole. Minutes and different values are those of the source.
/// Hours are made of the minutes at the target, as that one's watermark is another one.
final class RollupCargo {

	/// Hours of customers that are copied in one transaction at the most.
	private static final int HOURS = 500;

	private static final String HOUR = "date_bin('1 hour', %s, timestamptz '2000-01-01 00:00:00+00') AS hour";

	/// A page of one meter's minutes, of which the hours count.
	private static final String PAGE = "SELECT customer_id, " + HOUR.formatted("bucket") + """

			FROM usage_minute WHERE meter_id = $1 AND (customer_id, bucket) >= ($2, $3) AND %s
			ORDER BY customer_id, bucket LIMIT $4""".formatted(Customers.condition("customer_id", 5));

	private static final String COUNTED = "SELECT DISTINCT customer_id, " + HOUR.formatted("happened_at")
			+ " FROM usage_event WHERE seq > $1 AND seq <= $2 AND " + Customers.condition("customer_id", 3);

	private static final String CORRECTED = "SELECT DISTINCT customer_id, "
			+ HOUR.formatted("(state ->> 'happened_at')::timestamptz") + """

					FROM usage_event_change JOIN usage_correction ON id = correction_id,
						LATERAL (VALUES (before), (after)) AS both_states (state)
					WHERE correction_id = ANY ($1::uuid[]) AND state IS NOT NULL""";

	private static final String UNITS = "unnest($2::uuid[], $3::timestamptz[]) AS unit (customer, hour)";

	private static final String IN_UNIT = "meter_id = ANY ($1::uuid[]) AND customer_id = customer AND ";

	private static final String MINUTE = IN_UNIT + "bucket >= hour AND bucket < hour + interval '1 hour'";

	private static final String WHOLE = IN_UNIT + "bucket = hour";

	private static final String CLEAR = "DELETE FROM %s USING " + UNITS + " WHERE %s";

	/// As counting does it.
	private static final String COMPACT = """
			INSERT INTO usage_hour (organization_id, live, meter_id, customer_id, bucket, grouping, count, sum, min, max, latest,
				latest_at, latest_key, moment)
			SELECT organization_id, live, meter_id, customer_id, hour, grouping, sum(count), sum(sum), min(min), max(max),
				(array_agg(latest ORDER BY latest_at DESC, latest_key DESC, latest DESC))[1], max(latest_at),
				(array_agg(latest_key ORDER BY latest_at DESC, latest_key DESC))[1], sum(moment)
			FROM %s JOIN usage_minute ON %s WHERE hour < $4
			GROUP BY organization_id, live, meter_id, customer_id, hour, grouping"""
			.formatted(UNITS, MINUTE);

	private final Attempt attempt;

	private final Step step;

	private final Progress progress;

	private final int chunk;

	/// @param chunk minutes that are read in one statement, but for the rest of an hour
	RollupCargo(Attempt attempt, Progress progress, int chunk) {
		this.attempt = attempt;
		this.step = attempt.step();
		this.progress = progress;
		this.chunk = chunk;
	}

	/// An hour of a customer.
	private record Unit(UUID customer, Instant hour) {

		static Unit of(Readable row) {
			return new Unit(required(row, "customer_id", UUID.class), required(row, "hour", Instant.class));
		}

		Unit next() {
			return new Unit(this.customer, this.hour.plus(Duration.ofHours(1)));
		}

	}

	/// Copies everything of some meters.
	Mono<Void> copyAll(Collection<UUID> meters) {
		return Flux.fromIterable(meters).concatMap(this::copyAll).then();
	}

	private Mono<Void> copyAll(UUID meter) {
		AtomicReference<Unit> from = new AtomicReference<>(new Unit(new UUID(0, 0), Instant.EPOCH));
		return Mono.defer(() -> page(meter, from.get())
				.delayUntil((hours) -> copy(List.of(meter), hours))
				.doOnNext((hours) -> hours.stream().reduce((one, other) -> other)
						.ifPresent((last) -> from.set(last.next()))))
				.repeat()
				.takeUntil(List::isEmpty)
				.then();
	}

	private Mono<List<Unit>> page(UUID meter, Unit from) {
		return Rows.read(this.step.source(), Unit::of, PAGE,
				this.step.customers().parameters(meter, from.customer(), from.hour(), this.chunk))
				.distinct()
				.collectList();
	}

	/// Copies again what the events of some numbers, and some corrections, have changed.
	Mono<Void> copyTouched(Collection<UUID> meters, long after, long until, List<UUID> corrections) {
		Flux<Unit> counted = Rows.read(this.step.source(), Unit::of, COUNTED,
				this.step.customers().parameters(after, until));
		Flux<Unit> corrected = Rows.read(this.step.source(), Unit::of, CORRECTED,
				(Object) corrections.toArray(UUID[]::new));
		return Flux.concat(counted, corrected)
				.distinct()
				.collectList()
				.flatMap((hours) -> copy(meters, hours));
	}

	private Mono<Void> copy(Collection<UUID> meters, List<Unit> hours) {
		return Flux.fromIterable(hours).buffer(HOURS).concatMap((some) -> {
			UUID[] ofMeters = meters.toArray(UUID[]::new);
			UUID[] customers = some.stream().map(Unit::customer).toArray(UUID[]::new);
			Instant[] starts = some.stream().map(Unit::hour).toArray(Instant[]::new);
			return read("usage_minute", MINUTE, ofMeters, customers, starts)
					.zipWhen((minutes) -> read("usage_unique", WHOLE, ofMeters, customers, starts))
					.flatMap((rows) -> this.attempt
							.onTarget((watermark) -> write(rows.getT1(), rows.getT2(), watermark, ofMeters, customers,
									starts))
							.then(this.progress.at(Stage.ROLLUPS, rows.getT1().size() + rows.getT2().size())));
		}).then();
	}

	private Mono<List<String>> read(String table, String condition, Object... parameters) {
		return Rows.read(this.step.source(), ("SELECT to_jsonb(rollup)::text AS row FROM " + UNITS
				+ " JOIN %s AS rollup ON %s").formatted(table, condition), parameters).collectList();
	}

	private Mono<Void> write(List<String> minutes, List<String> uniques, Watermark watermark, UUID[] meters,
			UUID[] customers, Instant[] hours) {
		Shard target = this.step.target();
		return Rows.execute(target, CLEAR.formatted("usage_minute", MINUTE), meters, customers, hours)
				.then(Rows.execute(target, CLEAR.formatted("usage_hour", WHOLE), meters, customers, hours))
				.then(Rows.execute(target, CLEAR.formatted("usage_unique", WHOLE), meters, customers, hours))
				.then(Rows.insert(target, "usage_minute", minutes))
				.then(Rows.insert(target, "usage_unique", uniques))
				.then(Rows.execute(target, COMPACT, meters, customers, hours, watermark.before()))
				.then();
	}

}
