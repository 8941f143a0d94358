package io.billwright.gateway.limit;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseTests {

	/// 1,000 a second, of which 300 may be drawn ahead.
	private final Policy policy = new Policy("hot", 60_000, Duration.ofMinutes(1), 60_000);

	private final Lease lease = new Lease(Policies.of(List.of(this.policy)));

	@Test
	void leaseWhenNothingIsDrawnThenNobodyKnows() {
		assertThat(this.lease.take(0)).isNull();
		assertThat(this.lease.refill(0)).isZero();
	}

	@Test
	void leaseWhenDrawnThenServesAsManyAndTellsWhatIsLeft() {
		this.lease.add(draw(3, 500), 1, 0, 1000);
		assertThat(this.lease.take(1000).left()).isEqualTo("\"hot\";r=501;t=60");
		assertThat(this.lease.take(1001).allowed()).isTrue();
		assertThat(this.lease.take(1001)).isNull();
	}

	@Test
	void leaseWhenOldThenIsGivenUp() {
		this.lease.add(draw(3, 500), 1, 0, 1000);
		assertThat(this.lease.take(2001)).isNull();
	}

	@Test
	void leaseWhenTheCallerIsFastThenIsDrawnAheadOnce() {
		this.lease.add(draw(40, 500), 0, 0, 1000);
		for (int i = 0; i < 30; i++) {
			this.lease.take(1010);
		}
		assertThat(this.lease.refill(1010)).as("30 in 10 ms are 300 in 100 ms, of which 10 are here").isEqualTo(290);
		assertThat(this.lease.refill(1010)).as("while that is being drawn").isZero();
		this.lease.fail(290);
		assertThat(this.lease.refill(1010)).isEqualTo(290);
	}

	@Test
	void leaseWhenTheCallerIsSlowThenNothingIsDrawnAhead() {
		this.lease.add(draw(2, 500), 0, 0, 1000);
		this.lease.take(1900);
		assertThat(this.lease.refill(1900)).isZero();
	}

	@Test
	void leaseWhenSeveralFindNothingThenOneOfThemDrawsForTheOthers() {
		this.lease.add(draw(20, 500), 0, 0, 1000);
		for (int i = 0; i < 20; i++) {
			this.lease.take(1010);
		}
		assertThat(this.lease.refill(1010)).isEqualTo(200);
		assertThat(this.lease.refill(1010)).isZero();
		this.lease.add(draw(1, 500), 1, 0, 1010);
		assertThat(this.lease.refill(1010)).as("another one's draw ends, the one ahead is still coming").isZero();
	}

	@Test
	void leaseWhenTheBucketIsEmptyThenRefusesWithoutAskingUntilATokenHasFlowedIn() {
		this.lease.add(draw(0, 0), 0, 0, 1000);
		assertThat(this.lease.take(1000).allowed()).isFalse();
		assertThat(this.lease.take(1000).retryAfter()).isEqualTo(Duration.ofMillis(1));
		assertThat(this.lease.take(1001)).isNull();
	}

	@Test
	void policyWhenSmallThenEachRequestIsCountedWhereAllSeeIt() {
		assertThat(new Policy("small", 999, Duration.ofMinutes(1), 999).lease()).isEqualTo(1);
		assertThat(new Policy("large", 6000, Duration.ofMinutes(1), 1000).lease()).isEqualTo(30);
		assertThat(new Policy("hourly", 60_000, Duration.ofHours(1), 1000).lease()).isEqualTo(5);
		assertThat(new Policy("narrow", 6000, Duration.ofMinutes(1), 10).lease()).isEqualTo(10);
	}

	private Draw draw(int tokens, double left) {
		return new Draw(tokens, List.of(new Level(this.policy, left)));
	}

}
