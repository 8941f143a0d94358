package io.billwright.gateway.limit;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.billwright.platform.quota.Quota;

import static org.assertj.core.api.Assertions.assertThat;

/// One of four instances while Redis is away.
class LocalShareTests {

	private static final double[] NOTHING_KNOWN = new double[0];

	private final Policies policies = Policies.of("both", Quota.of("8/10s, 400/h"), false);

	@Test
	void shareWhenNothingIsKnownThenIsAPartOfBurstAndRate() {
		LocalShare share = new LocalShare(this.policies, 4, NOTHING_KNOWN, 0);
		assertThat(share.take(1, 0)).isTrue();
		assertThat(share.take(1, 0)).isTrue();
		assertThat(share.take(1, 4_999)).isFalse();
		assertThat(share.refill(0, 1)).isEqualTo(5_000);
		assertThat(share.take(1, 5_000)).as("8 in 10 s for four are one in 5 s").isTrue();
		assertThat(share.take(1, 5_000)).isFalse();
	}

	@Test
	void shareWhenOneWindowIsEmptyThenNothingIsTakenFromTheOthers() {
		LocalShare share = new LocalShare(this.policies, 4, NOTHING_KNOWN, 0);
		share.take(2, 0);
		assertThat(share.take(1, 0)).isFalse();
		assertThat(share.tokens(1, 0)).isEqualTo(98);
	}

	@Test
	void shareWhenTheSharedBucketsWereKnownThenBeginsWhereTheyWere() {
		LocalShare share = new LocalShare(this.policies, 4, new double[]{4, 400}, 0);
		assertThat(share.take(1, 0)).isTrue();
		assertThat(share.take(1, 0)).isFalse();
	}

	@Test
	void instancesWhenTheyAreManyThenTogetherLetThroughNoMoreThanTheBurst() {
		Policies login = Policies.of("login", Quota.of("5/min"), false);
		long allowed = java.util.stream.IntStream.range(0, 4)
				.mapToObj((i) -> new LocalShare(login, 4, NOTHING_KNOWN, 0))
				.mapToLong((share) -> java.util.stream.IntStream.range(0, 10).filter((i) -> share.take(1, 0)).count())
				.sum();
		assertThat(allowed).isBetween(4L, 5L);
	}

	@Test
	void shareWhenRedisIsBackThenOwesWhatHasNotFlowedInSince() {
		LocalShare share = new LocalShare(this.policies, 4, NOTHING_KNOWN, 0);
		share.take(2, 0);
		assertThat(share.owed(0)).isEqualTo(List.of(2.0, 2.0));
		assertThat(share.owed(5_000).getFirst()).isEqualTo(1);
		assertThat(share.owed(3_600_000)).isEqualTo(List.of(0.0, 0.0));
	}

	@Test
	void shareWhenTheSharedBucketsWereLowThenOwesOnlyWhatWasUsedHere() {
		LocalShare share = new LocalShare(this.policies, 4, new double[]{4, 40}, 0);
		share.take(1, 0);
		assertThat(share.owed(0)).isEqualTo(List.of(1.0, 1.0));
	}

	@Test
	void shareWhenARequestCostsMoreThanThereCanBeThenAFullOneIsEnough() {
		LocalShare share = new LocalShare(this.policies, 4, NOTHING_KNOWN, 0);
		assertThat(share.take(6, 0)).isTrue();
		assertThat(share.tokens(0, 0)).isEqualTo(-4);
		assertThat(share.take(6, 29_000)).isFalse();
		assertThat(share.take(6, 30_000)).isTrue();
	}

}
