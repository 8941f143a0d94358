package io.billwright.platform.clients;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RetryBudgetTests {

	@Test
	void budgetWhenNewThenAllowsWhatAWindowPaysIn() {
		assertThat(granted(new RetryBudget(0.1), 1_000)).isEqualTo(10);
	}

	@Test
	void budgetWhenSpentThenRefilledByRequestsAlone() {
		RetryBudget budget = new RetryBudget(0.1);
		granted(budget, 1_000);
		request(budget, 19);
		assertThat(granted(budget, 1_000)).isEqualTo(1);
		request(budget, 1);
		assertThat(granted(budget, 1_000)).isEqualTo(1);
	}

	@Test
	void budgetWhenQuietForLongThenSavesNoMoreThanAWindow() {
		RetryBudget budget = new RetryBudget(0.1);
		request(budget, 100_000);
		assertThat(granted(budget, 1_000)).isEqualTo(10);
	}

	@Test
	void budgetWhenRatioIsZeroThenAllowsNothing() {
		RetryBudget budget = new RetryBudget(0);
		request(budget, 1_000);
		assertThat(budget.withdraw()).isFalse();
	}

	private static void request(RetryBudget budget, int times) {
		IntStream.range(0, times).forEach((i) -> budget.deposit());
	}

	private static long granted(RetryBudget budget, int asked) {
		return IntStream.range(0, asked).filter((i) -> budget.withdraw()).count();
	}

}
