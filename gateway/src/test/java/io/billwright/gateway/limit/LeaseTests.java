package io.billwright.gateway.limit;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.billwright.gateway.limit.Lease.Outcome;
import io.billwright.platform.quota.Quota;

import static org.assertj.core.api.Assertions.assertThat;

class LeaseTests {

	/// 1,000 a second, of which 300 may be drawn ahead.
	private final Lease lease = new Lease("org_a", "key_b", Policies.of("hot", Quota.of("60000/min"), false));

	@Test
	void leaseWhenNothingIsDrawnThenNobodyKnows() {
		assertThat(this.lease.take(1, 0)).isEqualTo(Outcome.UNKNOWN);
		assertThat(this.lease.refill(0)).isZero();
	}

	@Test
	void leaseWhenDrawnThenServesAsManyAndTellsWhatIsLeft() {
		this.lease.add(draw(3, 500), 1, 0, 1000);
		assertThat(this.lease.take(1, 1000)).isEqualTo(Outcome.TAKEN);
		assertThat(left(1000)).isEqualTo("\"hot\";r=501;t=1");
		assertThat(this.lease.take(1, 1001)).isEqualTo(Outcome.TAKEN);
		assertThat(this.lease.take(1, 1001)).isEqualTo(Outcome.UNKNOWN);
	}

	@Test
	void leaseWhenARequestCostsMoreThanOneThenTakesAllOfThemOrNone() {
		this.lease.add(draw(12, 500), 2, 0, 1000);
		assertThat(this.lease.take(7, 1000)).isEqualTo(Outcome.TAKEN);
		assertThat(this.lease.take(7, 1000)).isEqualTo(Outcome.UNKNOWN);
		assertThat(this.lease.take(3, 1000)).isEqualTo(Outcome.TAKEN);
	}

	@Test
	void leaseWhenAnotherLimitRefusesThenGetsItsTokensBack() {
		this.lease.add(draw(3, 500), 1, 0, 1000);
		this.lease.take(2, 1000);
		this.lease.giveBack(2);
		assertThat(this.lease.take(2, 1000)).isEqualTo(Outcome.TAKEN);
	}

	@Test
	void leaseWhenOldThenIsGivenUp() {
		this.lease.add(draw(3, 500), 1, 0, 1000);
		assertThat(this.lease.take(1, 2001)).isEqualTo(Outcome.UNKNOWN);
	}

	@Test
	void leaseWhenTheCallerIsFastThenIsDrawnAheadOnce() {
		this.lease.add(draw(40, 500), 0, 0, 1000);
		for (int i = 0; i < 30; i++) {
			this.lease.take(1, 1010);
		}
		assertThat(this.lease.refill(1010)).as("30 in 10 ms are 300 in 100 ms, of which 10 are here").isEqualTo(290);
		assertThat(this.lease.refill(1010)).as("while that is being drawn").isZero();
		this.lease.fail(290);
		assertThat(this.lease.refill(1010)).isEqualTo(290);
	}

	@Test
	void leaseWhenTheCallerIsSlowThenNothingIsDrawnAhead() {
		this.lease.add(draw(2, 500), 0, 0, 1000);
		this.lease.take(1, 1900);
		assertThat(this.lease.refill(1900)).isZero();
	}

	@Test
	void leaseWhenSeveralFindNothingThenOneOfThemDrawsForTheOthers() {
		this.lease.add(draw(20, 500), 0, 0, 1000);
		for (int i = 0; i < 20; i++) {
			this.lease.take(1, 1010);
		}
		assertThat(this.lease.refill(1010)).isEqualTo(200);
		assertThat(this.lease.refill(1010)).isZero();
		this.lease.add(draw(1, 500), 1, 0, 1010);
		assertThat(this.lease.refill(1010)).as("another one's draw ends, the one ahead is still coming").isZero();
	}

	@Test
	void leaseWhenTheBucketIsEmptyThenRefusesWithoutAskingUntilATokenHasFlowedIn() {
		this.lease.add(refused(0), 1, 0, 1000);
		assertThat(this.lease.take(1, 1000)).isEqualTo(Outcome.REFUSED);
		assertThat(this.lease.retryAfter(1, 1000)).isEqualTo(1);
		assertThat(this.lease.take(1, 1001)).isEqualTo(Outcome.UNKNOWN);
	}

	@Test
	void leaseWhenTheBucketIsBelowZeroThenRefusesUntilItIsNotAndTellsNothingLeft() {
		this.lease.add(refused(-499), 1, 0, 1000);
		assertThat(this.lease.take(1, 1499)).isEqualTo(Outcome.REFUSED);
		assertThat(this.lease.take(1, 1500)).isEqualTo(Outcome.UNKNOWN);
		assertThat(this.lease.retryAfter(1, 1000)).isEqualTo(500);
		assertThat(left(1000)).isEqualTo("\"hot\";r=0;t=1");
	}

	@Test
	void leaseWhenARequestCostMoreThenWhatIsHerePaysFirst() {
		this.lease.add(draw(10, 500), 0, 0, 1000);
		assertThat(this.lease.charge(25, 1000)).isEqualTo(15);
		assertThat(this.lease.take(1, 1000)).isEqualTo(Outcome.UNKNOWN);
	}

	@Test
	void leaseWhenSmallThenIsNeverDrawnAhead() {
		Lease small = new Lease("org_a", "org_a", Policies.of("small", Quota.of("100/min"), false));
		small.add(draw(1, 99), 1, 0, 1000);
		assertThat(small.refill(1000)).isZero();
		assertThat(small.take(1, 1000)).isEqualTo(Outcome.UNKNOWN);
	}

	@Test
	void keysWhenMadeThenHaveTheTagInCommonAndTellCallersWindowsAndTrialsApart() {
		assertThat(this.lease.keys()).containsExactly("limit:{org_a}:hot:key_b");
		assertThat(new Lease("org_a", "org_a", Policies.of("plan", Quota.of("10/s, 1000/h"), true)).keys())
				.containsExactly("limit:{org_a}:dry-run:plan-s", "limit:{org_a}:dry-run:plan-h");
	}

	@Test
	void policyWhenSmallThenEachRequestIsCountedWhereAllSeeIt() {
		assertThat(lease("999/min")).isEqualTo(1);
		assertThat(lease("6000/min burst 1000")).isEqualTo(30);
		assertThat(lease("60000/h burst 1000")).isEqualTo(5);
		assertThat(lease("6000/min burst 10")).isEqualTo(10);
		assertThat(lease("6000/min, 10/h")).as("the smallest window decides").isEqualTo(1);
	}

	private static int lease(String quota) {
		return Policies.of("some", Quota.of(quota), false).lease();
	}

	private String left(long now) {
		StringBuilder list = new StringBuilder();
		this.lease.tell(list, now);
		return list.toString();
	}

	private static Draw draw(int tokens, double left) {
		return new Draw(tokens, false, List.of(left));
	}

	private static Draw refused(double left) {
		return new Draw(0, true, List.of(left));
	}

}
