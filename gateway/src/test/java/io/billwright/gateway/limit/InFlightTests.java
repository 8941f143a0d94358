package io.billwright.gateway.limit;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.billwright.gateway.limit.InFlight.Entry;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightTests {

	private final InFlight places = new InFlight(100);

	@Test
	void callerWhenAloneThenMayHaveThemAll() {
		assertThat(enter("hog", 1, 150)).isEqualTo(100);
	}

	@Test
	void callerWhenAnotherOneHasThemAllThenGetsItsShareAndNoMore() {
		enter("hog", 1, 150);
		assertThat(enter("late", 1, 150)).isEqualTo(50);
		assertThat(enter("hog", 1, 1)).as("who has more than its share waits").isZero();
		IntStream.range(0, 60).forEach((i) -> this.places.leave("hog"));
		assertThat(enter("hog", 1, 100)).as("until the instance is no longer full, and up to its share").isEqualTo(10);
		assertThat(this.places.all()).isEqualTo(100);
	}

	@Test
	void callersWhenTheirWeightsDifferThenSoDoTheirShares() {
		enter("hog", 1, 150);
		assertThat(enter("heavy", 3, 150)).isEqualTo(75);
		assertThat(enter("light", 1, 150)).isEqualTo(20);
	}

	@Test
	void callerWhenTheInstanceIsFullThenGetsOnePlaceHoweverSmallItsShare() {
		IntStream.range(0, 100).forEach((i) -> enter("caller" + i, 1000, 1));
		assertThat(enter("light", 1, 5)).isEqualTo(1);
	}

	@Test
	void callerWhenItHasALimitThenHasNoMoreUntilOneLeaves() {
		assertThat(this.places.enter("key", 1, 1)).isEqualTo(Entry.ADMITTED);
		assertThat(this.places.enter("key", 1, 1)).isEqualTo(Entry.OVER_LIMIT);
		this.places.leave("key");
		assertThat(this.places.enter("key", 1, 1)).isEqualTo(Entry.ADMITTED);
	}

	@Test
	void placesWhenEverybodyHasLeftThenNothingIsKept() {
		enter("one", 7, 20);
		IntStream.range(0, 20).forEach((i) -> this.places.leave("one"));
		assertThat(this.places.count("one")).isZero();
		enter("hog", 1, 150);
		assertThat(enter("late", 1, 150)).as("no weight of those who left counts").isEqualTo(50);
	}

	/// How many of so many attempts get in.
	private long enter(String caller, int weight, int attempts) {
		return IntStream.range(0, attempts)
				.filter((i) -> this.places.enter(caller, weight, Integer.MAX_VALUE) == Entry.ADMITTED)
				.count();
	}

}
