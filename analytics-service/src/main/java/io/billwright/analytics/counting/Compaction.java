package io.billwright.analytics.counting;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;
import io.billwright.platform.tenancy.SystemScope;

/// Adds the minutes of each finished hour up to that hour's rows and moves the watermark behind it, in one transaction: hours
/// before the watermark and their minutes never disagree.
final class Compaction {

	/// As [io.billwright.analytics.usage.Measure#combine]. There are no rows yet of an hour that is not before the watermark.
	private static final String COMPACT = """
			INSERT INTO usage_hour (organization_id, live, meter_id, customer_id, bucket, grouping, count, sum, min, max, latest,
				latest_at, latest_key, moment)
			SELECT organization_id, live, meter_id, customer_id, $1, grouping, sum(count), sum(sum), min(min), max(max),
				(array_agg(latest ORDER BY latest_at DESC, latest_key DESC, latest DESC))[1], max(latest_at),
				(array_agg(latest_key ORDER BY latest_at DESC, latest_key DESC))[1], sum(moment)
			FROM usage_minute WHERE bucket >= $1 AND bucket < $2
			GROUP BY organization_id, live, meter_id, customer_id, grouping""";

	private static final String MOVE = "UPDATE rollup_watermark SET watermark = $1";

	private final Shard shard;

	private final DatabaseClient database;

	private final Duration delay;

	private final Clock clock;

	/// @param delay how long after its end an hour is finished
	Compaction(Shard shard, Duration delay, Clock clock) {
		this.shard = shard;
		this.database = shard.client();
		this.delay = delay;
		this.clock = clock;
	}

	/// Cold; completes when every finished hour is compacted.
	Mono<Void> run() {
		return this.shard.transactional(WatermarkTable.take(this.shard).flatMap(this::compact))
				.contextWrite(SystemScope.bind())
				.repeatWhen((hours) -> hours.takeWhile((done) -> done > 0))
				.then();
	}

	private Mono<Instant> compact(Watermark watermark) {
		Instant end = watermark.before().plus(1, ChronoUnit.HOURS);
		return end.plus(this.delay).isAfter(this.clock.instant())
				? Mono.empty()
				: this.database.sql(COMPACT)
						.bind(0, watermark.before())
						.bind(1, end)
						.then()
						.then(this.database.sql(MOVE).bind(0, end).then())
						.thenReturn(end);
	}

}
