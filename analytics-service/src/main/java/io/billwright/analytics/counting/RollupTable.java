package io.billwright.analytics.counting;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.BinaryArray.ElementType;
import io.billwright.analytics.counting.Tally.Cell;
import io.billwright.analytics.counting.Tally.Unique;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.Measure;

/// Adds tallies to the roll-ups of a shard, each table by one statement.
final class RollupTable {

	/// As [Measure#combine], in SQL.
	private static final String ADD = """
			INSERT INTO %s AS known (organization_id, live, meter_id, customer_id, bucket, grouping, count, sum, min, max, latest,
				latest_at, latest_key, moment)
			SELECT * FROM unnest($1::uuid[], $2::boolean[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::bigint[],
				$8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[], $12::timestamptz[], $13::text[], $14::numeric[])
			ON CONFLICT (meter_id, customer_id, bucket, grouping) DO UPDATE SET count = known.count + excluded.count,
				sum = known.sum + excluded.sum, min = least(known.min, excluded.min), max = greatest(known.max, excluded.max),
				latest = CASE WHEN (excluded.latest_at, excluded.latest_key, excluded.latest)
					> (known.latest_at, known.latest_key, known.latest) THEN excluded.latest ELSE known.latest END,
				latest_at = greatest(known.latest_at, excluded.latest_at),
				latest_key = CASE WHEN (excluded.latest_at, excluded.latest_key) > (known.latest_at, known.latest_key)
					THEN excluded.latest_key ELSE known.latest_key END,
				moment = known.moment + excluded.moment""";

	private static final String ADD_MINUTES = ADD.formatted("usage_minute");

	private static final String ADD_HOURS = ADD.formatted("usage_hour");

	private static final String ADD_UNIQUES = """
			INSERT INTO usage_unique (organization_id, live, meter_id, customer_id, bucket, grouping, value)
			SELECT * FROM unnest($1::uuid[], $2::boolean[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[])
			ON CONFLICT DO NOTHING""";

	private static final String CLEAR = """
			DELETE FROM %s USING unnest($3::timestamptz[], $4::timestamptz[]) AS stretch (start, finish)
			WHERE meter_id = ANY ($1::uuid[]) AND customer_id = $2 AND bucket >= start AND bucket < finish""";

	/// As [Compaction], for hours that are finished already.
	private static final String COMPACT = """
			INSERT INTO usage_hour (organization_id, live, meter_id, customer_id, bucket, grouping, count, sum, min, max, latest,
				latest_at, latest_key, moment)
			SELECT organization_id, live, meter_id, customer_id,
				date_bin('1 hour', bucket, timestamptz '2000-01-01 00:00:00+00') AS hour, grouping, sum(count), sum(sum), min(min),
				max(max), (array_agg(latest ORDER BY latest_at DESC, latest_key DESC, latest DESC))[1], max(latest_at),
				(array_agg(latest_key ORDER BY latest_at DESC, latest_key DESC))[1], sum(moment)
			FROM unnest($3::timestamptz[], $4::timestamptz[]) AS stretch (start, finish)
			JOIN usage_minute ON meter_id = ANY ($1::uuid[]) AND customer_id = $2 AND bucket >= start AND bucket < finish
				AND bucket < (SELECT watermark FROM rollup_watermark)
			GROUP BY organization_id, live, meter_id, customer_id, hour, grouping""";

	private final DatabaseClient database;

	RollupTable(Shard shard) {
		this.database = shard.client();
	}

	/// Adds the tally. Needs a transaction that holds the watermark which the tally was made for.
	Mono<Void> add(Tally tally) {
		return add(ADD_MINUTES, tally.minutes())
				.then(add(ADD_HOURS, tally.hours()))
				.then(addUniques(tally.uniques()));
	}

	/// Removes what is kept of a customer in some whole minutes and in the hours that they are in. Needs the watermark.
	Mono<Void> clear(List<UUID> meters, UUID customer, List<Stretch> minutes, List<Stretch> hours) {
		return execute(CLEAR.formatted("usage_minute"), meters, customer, minutes)
				.then(execute(CLEAR.formatted("usage_hour"), meters, customer, hours))
				.then(execute(CLEAR.formatted("usage_unique"), meters, customer, hours));
	}

	/// Makes those of the hours that are before the watermark of their minutes. Needs the watermark, and that there are none.
	Mono<Void> compact(List<UUID> meters, UUID customer, List<Stretch> hours) {
		return execute(COMPACT, meters, customer, hours);
	}

	private Mono<Void> execute(String statement, List<UUID> meters, UUID customer, List<Stretch> stretches) {
		return Mono.defer(() -> Stretch
				.bind(this.database.sql(statement).bind(0, meters.toArray(UUID[]::new)).bind(1, customer), 2, stretches)
				.then());
	}

	private Mono<Void> add(String statement, List<Map.Entry<Cell, Measure>> cells) {
		return cells.isEmpty() ? Mono.empty() : Mono.defer(() -> execute(statement, columns(cells)));
	}

	/// Adds the tally's different values alone.
	Mono<Void> addUniques(Tally tally) {
		return addUniques(tally.uniques());
	}

	private Mono<Void> addUniques(List<Unique> uniques) {
		return uniques.isEmpty() ? Mono.empty() : Mono.defer(() -> execute(ADD_UNIQUES, uniqueColumns(uniques)));
	}

	private Mono<Void> execute(String statement, BinaryArray[] columns) {
		return Statements.bind(this.database.sql(statement), columns).fetch().rowsUpdated().then();
	}

	private static BinaryArray[] columns(List<Map.Entry<Cell, Measure>> cells) {
		BinaryArray[] columns = Statements.columns(cells.size(), ElementType.UUID, ElementType.BOOLEAN,
				ElementType.UUID, ElementType.UUID, ElementType.TIMESTAMPTZ, ElementType.TEXT, ElementType.BIGINT,
				ElementType.NUMERIC, ElementType.NUMERIC, ElementType.NUMERIC, ElementType.NUMERIC,
				ElementType.TIMESTAMPTZ, ElementType.TEXT, ElementType.NUMERIC);
		cells.forEach((cell) -> {
			key(columns, cell.getKey());
			value(columns, cell.getValue());
		});
		return columns;
	}

	private static BinaryArray[] uniqueColumns(List<Unique> uniques) {
		BinaryArray[] columns = Statements.columns(uniques.size(), ElementType.UUID, ElementType.BOOLEAN,
				ElementType.UUID, ElementType.UUID, ElementType.TIMESTAMPTZ, ElementType.TEXT, ElementType.TEXT);
		uniques.forEach((unique) -> {
			key(columns, unique.hour());
			columns[6].add(unique.value());
		});
		return columns;
	}

	private static void key(BinaryArray[] columns, Cell cell) {
		columns[0].add(cell.organization());
		columns[1].add(cell.live());
		columns[2].add(cell.meter());
		columns[3].add(cell.customer());
		columns[4].add(cell.bucket());
		columns[5].add(cell.group());
	}

	private static void value(BinaryArray[] columns, Measure measure) {
		columns[6].add(measure.count());
		columns[7].add(measure.sum());
		columns[8].add(known(measure.min()));
		columns[9].add(known(measure.max()));
		columns[10].add(known(measure.latest()));
		columns[11].add(known(measure.latestAt()));
		columns[12].add(known(measure.latestKey()));
		columns[13].add(measure.moment());
	}

	private static <T> T known(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("A measure without an event");
		}
		return value;
	}

}
