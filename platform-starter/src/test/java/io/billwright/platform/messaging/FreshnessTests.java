package io.billwright.platform.messaging;

import java.time.Instant;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FreshnessTests {

	private static final TopicPartition FIRST = new TopicPartition("t", 0);

	private static final TopicPartition SECOND = new TopicPartition("t", 1);

	private final Freshness freshness = new Freshness();

	@Test
	void asOfWhenNothingIsKnownThenEmpty() {
		assertThat(this.freshness.asOf()).isEmpty();
		this.freshness.observe(at(1), Map.of(FIRST, 5L), Map.of());
		assertThat(this.freshness.asOf()).isEmpty();
	}

	@Test
	void asOfWhenAllIsConsumedThenTheMeasurement() {
		this.freshness.observe(at(1), Map.of(FIRST, 5L, SECOND, 0L), Map.of(FIRST, 5L));
		assertThat(this.freshness.asOf()).contains(at(1));
	}

	@Test
	void asOfWhenOnePartitionLagsThenTheMomentItHasReached() {
		this.freshness.observe(at(1), Map.of(FIRST, 5L, SECOND, 7L), Map.of());
		this.freshness.observe(at(2), Map.of(FIRST, 6L, SECOND, 8L), Map.of(FIRST, 6L, SECOND, 7L));
		assertThat(this.freshness.asOf()).contains(at(1));
		this.freshness.observe(at(3), Map.of(FIRST, 9L, SECOND, 8L), Map.of(FIRST, 6L, SECOND, 8L));
		assertThat(this.freshness.asOf()).contains(at(2));
	}

	@Test
	void asOfWhenLaggingForLongThenCoarserButNeverTooLate() {
		for (int second = 1; second <= 100_000; second++) {
			this.freshness.observe(at(second), Map.of(FIRST, (long) second), Map.of());
		}
		this.freshness.observe(at(100_001), Map.of(FIRST, 100_001L), Map.of(FIRST, 50_000L));
		assertThat(this.freshness.asOf().orElseThrow()).isBetween(at(49_800), at(50_000));
		this.freshness.observe(at(100_002), Map.of(FIRST, 100_001L), Map.of(FIRST, 100_001L));
		this.freshness.observe(at(100_003), Map.of(FIRST, 100_001L), Map.of(FIRST, 100_001L));
		assertThat(this.freshness.asOf()).contains(at(100_003));
	}

	private static Instant at(long second) {
		return Instant.ofEpochSecond(second);
	}

}
