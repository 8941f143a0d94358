package io.billwright.analytics.counting;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.springframework.stereotype.Component;

import io.billwright.analytics.counting.ShardStore.Counted;

/// What the operator sees of counting.
@Component
class CountingMetrics {

	private final MeterRegistry meters;

	private final Timer countable;

	private final Map<Integer, OfShard> shards = new ConcurrentHashMap<>();

	CountingMetrics(MeterRegistry meters) {
		this.meters = meters;
		this.countable = Timer.builder("billwright.usage.countable")
				.description("From the acceptance of an event until summaries show it")
				.publishPercentiles(0.5, 0.99)
				.register(meters);
	}

	/// @param dead records of the batch that are none of events
	void count(int shard, Counted counted, int dead, Instant now) {
		OfShard of = this.shards.computeIfAbsent(shard, (number) -> new OfShard(number, this.meters));
		of.counted.increment(counted.inserted().size());
		of.duplicates.increment(counted.duplicates());
		of.dead.increment(dead);
		of.rows.increment(counted.rows());
		counted.inserted().forEach((event) -> this.countable.record(positive(event.event().acceptedAt(), now)));
	}

	/// @param records that were passed on to other shards
	void forward(int shard, int records) {
		this.shards.computeIfAbsent(shard, (number) -> new OfShard(number, this.meters)).forwarded.increment(records);
	}

	/// Clocks of several machines differ.
	private static Duration positive(Instant accepted, Instant now) {
		Duration taken = Duration.between(accepted, now);
		return taken.isNegative() ? Duration.ZERO : taken;
	}

	private static final class OfShard {

		private final Counter counted;

		private final Counter duplicates;

		private final Counter dead;

		private final Counter rows;

		private final Counter forwarded;

		OfShard(int shard, MeterRegistry meters) {
			this.counted = counter("counted", "Events counted; their shares show how balanced the shards are", shard,
					meters);
			this.duplicates = counter("duplicates", "Events whose key had been counted before", shard, meters);
			this.dead = counter("dead", "Records that could not be counted", shard, meters);
			this.rows = counter("rollup.rows", "Rows of roll-ups inserted or updated", shard, meters);
			this.forwarded = counter("forwarded", "Records passed on to the shards that they are for", shard, meters);
			Gauge.builder("billwright.usage.write.reduction", this, OfShard::reduction)
					.description("Events counted for each row of a roll-up that was written, since the start")
					.tag("shard", Integer.toString(shard))
					.register(meters);
		}

		private static Counter counter(String name, String description, int shard, MeterRegistry meters) {
			return Counter.builder("billwright.usage." + name)
					.description(description)
					.tag("shard", Integer.toString(shard))
					.register(meters);
		}

		private double reduction() {
			return this.counted.count() / this.rows.count();
		}

	}

}
