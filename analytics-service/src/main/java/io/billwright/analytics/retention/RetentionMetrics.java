package io.billwright.analytics.retention;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/// What the operator sees of retention.
@Component
class RetentionMetrics {

	private final MeterRegistry meters;

	private final Map<Integer, OfShard> shards = new ConcurrentHashMap<>();

	RetentionMetrics(MeterRegistry meters) {
		this.meters = meters;
	}

	/// A shard was looked at.
	///
	/// @param due months that should be archived and are not
	void saw(int shard, List<YearMonth> due, Keeping keeping, Instant now) {
		OfShard of = of(shard);
		of.due = due.size();
		of.overdue = due.stream().mapToDouble((month) -> (double) keeping.overdue(month, now).toSeconds()).max()
				.orElse(0);
	}

	/// A round has done all that was to be done.
	void succeeded(int shard, Instant now) {
		of(shard).success = (double) now.getEpochSecond();
	}

	void failed(int shard) {
		of(shard).failures.increment();
	}

	void archived(int shard, long events) {
		of(shard).archived.increment((double) events);
	}

	private OfShard of(int shard) {
		return this.shards.computeIfAbsent(shard, (number) -> new OfShard(number, this.meters));
	}

	private static final class OfShard {

		private final Counter archived;

		private final Counter failures;

		private volatile double due = Double.NaN;

		private volatile double overdue = Double.NaN;

		private volatile double success = Double.NaN;

		OfShard(int shard, MeterRegistry meters) {
			String number = String.valueOf(shard);
			this.archived = Counter.builder("billwright.usage.retention.archived")
					.description("Events that were archived and dropped")
					.tag("shard", number)
					.register(meters);
			this.failures = Counter.builder("billwright.usage.retention.failures")
					.description("Rounds and commands that failed")
					.tag("shard", number)
					.register(meters);
			Gauge.builder("billwright.usage.retention.due", () -> this.due)
					.description("Months that should be archived and are not")
					.tag("shard", number)
					.register(meters);
			Gauge.builder("billwright.usage.retention.overdue", () -> this.overdue)
					.description("For how long the oldest of these should have been")
					.baseUnit("seconds")
					.tag("shard", number)
					.register(meters);
			Gauge.builder("billwright.usage.retention.success", () -> this.success)
					.description("When the latest round succeeded, in seconds since 1970")
					.baseUnit("seconds")
					.tag("shard", number)
					.register(meters);
		}

	}

}
