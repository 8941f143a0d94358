package io.billwright.platform.messaging;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Tells how late this service is behind the events it subscribes to: the `as_of` of an answer.
///
/// It compares what was published at each moment with what the whole consumer group has committed, so every instance gives
/// the same answer, whichever partitions it owns.
public final class Freshness {

	/// About 17 minutes of lag are known to the second; each doubling of the lag halves the precision.
	private static final int SAMPLES_LIMIT = 1024;

	private final Deque<Sample> samples = new ArrayDeque<>();

	private long observed;

	private long stride = 1;

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
	public synchronized void observe(Instant at, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {
		if (this.observed++ % this.stride == 0) {
			this.samples.addLast(new Sample(at, ends));
		}
		while (!this.samples.isEmpty() && this.samples.getFirst().isConsumed(committed)) {
			this.asOf = this.samples.removeFirst().at();
		}
		if (this.samples.isEmpty()) {
			this.stride = 1;
		}
		else if (this.samples.size() > SAMPLES_LIMIT) {
			thinOut();
		}
	}

	private void thinOut() {
		List<Sample> all = List.copyOf(this.samples);
		this.samples.clear();
		for (int i = 0; i < all.size(); i += 2) {
			this.samples.addLast(all.get(i));
		}
		this.stride *= 2;
	}

	private record Sample(Instant at, Map<TopicPartition, Long> ends) {

		boolean isConsumed(Map<TopicPartition, Long> committed) {
			return this.ends.entrySet()
					.stream()
					.allMatch((end) -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
		}

	}

}
