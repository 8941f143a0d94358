package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LocalBucketsTests {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));

	private final LocalBuckets buckets = new LocalBuckets(new TestClock(this.now), 100);

	private final Policy narrow = new Policy("narrow", 2, Duration.ofSeconds(10), 2);

	private final Policy wide = new Policy("wide", 100, Duration.ofSeconds(10), 100);

	@Test
	void bucketWhenEmptyThenRefusesUntilATokenHasFlowedIn() {
		assertThat(take().allowed()).isTrue();
		assertThat(take().allowed()).isTrue();
		Charge refused = take();
		assertThat(refused.allowed()).isFalse();
		assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(5));
		this.now.updateAndGet((instant) -> instant.plusSeconds(5));
		assertThat(take().allowed()).isTrue();
		assertThat(take().allowed()).isFalse();
	}

	@Test
	void bucketsWhenOneIsEmptyThenNoTokenIsTakenFromTheOthers() {
		take();
		take();
		double before = take().levels().getLast().tokens();
		assertThat(take().levels().getLast().tokens()).isEqualTo(before).isEqualTo(98);
	}

	@Test
	void bucketWhenLeftAloneThenHoldsNoMoreThanItsBurst() {
		take();
		this.now.updateAndGet((instant) -> instant.plusSeconds(3600));
		assertThat(take().levels().getFirst().tokens()).isEqualTo(1);
	}

	private Charge take() {
		return this.buckets.take("somebody", Policies.of(List.of(this.narrow, this.wide)));
	}

	private static final class TestClock extends Clock {

		private final AtomicReference<Instant> now;

		TestClock(AtomicReference<Instant> now) {
			this.now = now;
		}

		@Override
		public ZoneOffset getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(java.time.ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now.get();
		}

	}

}
