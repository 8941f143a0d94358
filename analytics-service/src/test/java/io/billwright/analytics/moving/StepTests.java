package io.billwright.analytics.moving;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StepTests {

	@Test
	void moveWhenItHasOneSourceAndOneTargetThenIsOneStep() {
		assertThat(Step.next(List.of(0), List.of(2))).contains(new Step.Change(0, 2, List.of(2)));
		assertThat(Step.next(List.of(0), List.of(0, 1))).contains(new Step.Change(0, 1, List.of(0, 1)));
		assertThat(Step.next(List.of(0, 1), List.of(0))).contains(new Step.Change(1, 0, List.of(0, 0)));
	}

	@Test
	void moveWhenNobodyHasToMoveThenIsNoStep() {
		assertThat(Step.next(List.of(3), List.of(3))).isEmpty();
		assertThat(Step.next(List.of(0, 0), List.of(0))).isEmpty();
		assertThat(Step.next(List.of(0, 1, 0, 1), List.of(0, 1))).isEmpty();
	}

	/// Whatever is asked for: each step takes customers from one shard to one other, and the last one ends where they belong.
	@Test
	void movesWhenListsAreAnyThenEndAfterStepsOfOnePairEach() {
		Random random = new Random(11);
		for (int round = 0; round < 500; round++) {
			List<Integer> current = list(random);
			List<Integer> wanted = list(random);
			int steps = 0;
			Optional<Step.Change> next = Step.next(current, wanted);
			while (next.isPresent()) {
				Step.Change change = next.get();
				List<Integer> before = current;
				IntStream.range(0, change.after().size()).forEach((place) -> {
					int was = before.get(place % before.size());
					int is = change.after().get(place);
					assertThat(is == was || (was == change.source() && is == change.target())).isTrue();
				});
				current = change.after();
				assertThat(++steps).isLessThanOrEqualTo(16);
				next = Step.next(current, wanted);
			}
			for (int place = 0; place < current.size() * wanted.size(); place++) {
				assertThat(current.get(place % current.size())).isEqualTo(wanted.get(place % wanted.size()));
			}
		}
	}

	private static List<Integer> list(Random random) {
		List<Integer> all = new ArrayList<>(List.of(0, 1, 2, 3));
		java.util.Collections.shuffle(all, random);
		return all.subList(0, 1 + random.nextInt(4));
	}

}
