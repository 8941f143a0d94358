package io.billwright.gateway.limit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.billwright.gateway.limit.LimitSettings.Cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CostTests {

	@Test
	void costWhenItIsANumberThenThereIsNoRest() {
		assertThat(Cost.of("10").least()).isEqualTo(10);
		assertThat(Cost.of("10").rest("500")).isZero();
		assertThat(Cost.of("10").restUnanswered()).isZero();
	}

	@Test
	void costWhenItIsARangeThenTheServiceSaysWhereInIt() {
		Cost cost = Cost.of("2..1000");
		assertThat(cost.rest("250")).isEqualTo(248);
		assertThat(cost.rest("1")).isZero();
		assertThat(cost.rest("5000")).isEqualTo(998);
		assertThat(cost.rest("")).isZero();
		assertThat(cost.rest("many")).isZero();
		assertThat(cost.restUnanswered()).isEqualTo(998);
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "0", "-1", "5..1", "1..", "1..x", "1.5"})
	void costWhenMalformedThenIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Cost.of(text));
	}

}
