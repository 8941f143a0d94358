package io.billwright.platform.messaging;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Tells how late this service is behind the events it subscribes to: the `as_of` of an answer.
///
/// It compares what was published at each moment with what the whole consumer group has committed, so every instance gives
/// the same answer, whichever partitions it owns.
public final class Freshness {

	/// About 17 minutes of lag at full precision; beyond, precision is halved again and again.
	private static final int SAMPLES_LIMIT = 1024;

	private final Deque<Sample> samples = new ArrayDeque<>();

	private volatile @Nullable Instant asOf;

	/// The moment up to which everything published is consumed: at most some seconds ago while the service keeps up. Empty
	/// until the first measurement, and while events from before this instance's start are still worked on.
	public Optional<Instant> asOf() {
		return Optional.ofNullable(this.asOf);
	}

	/// Takes a measurement.
	///
	/// @param at when `ends` were read, not later
	/// @param ends the offset of the next record of each partition
	/// @param committed the offset of the next record to consume, read after `ends`; absent where nothing was consumed
	synchronized void observe(Instant at, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {
		this.samples.addLast(new Sample(at, ends));
		while (!this.samples.isEmpty() && this.samples.getFirst().isConsumed(committed)) {
			this.asOf = this.samples.removeFirst().at();
		}
		if (this.samples.size() > SAMPLES_LIMIT) {
			AtomicBoolean keep = new AtomicBoolean();
			this.samples.removeIf((sample) -> !keep.getAndSet(!keep.get()));
		}
	}

	private record Sample(Instant at, Map<TopicPartition, Long> ends) {

		boolean isConsumed(Map<TopicPartition, Long> committed) {
			return this.ends.entrySet()
					.stream()
					.allMatch((end) -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
		}

	}

}
