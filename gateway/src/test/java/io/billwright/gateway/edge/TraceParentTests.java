package io.billwright.gateway.edge;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TraceParentTests {

	private static final String GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

	@Test
	void valueWhenValidThenIsKeptAndTellsWhetherItIsSampled() {
		assertThat(TraceParent.valid(GIVEN)).isSameAs(GIVEN);
		assertThat(TraceParent.isSampled(GIVEN)).isTrue();
		assertThat(TraceParent.isSampled(GIVEN.substring(0, 53) + "02")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "00", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"})
	void valueWhenMalformedThenCountsAsNone(String value) {
		assertThat(TraceParent.valid(value)).isNull();
	}

	@Test
	void traceWhenBegunHereThenIsValidUnsampledAndAnotherEachTime() {
		String one = TraceParent.unsampled();
		assertThat(TraceParent.valid(one)).isSameAs(one);
		assertThat(TraceParent.isSampled(one)).isFalse();
		assertThat(TraceParent.unsampled()).isNotEqualTo(one);
	}

	@Test
	void spanWhenToldThenIsWrittenAsTheStandardHasIt() {
		assertThat(TraceParent.of("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true)).isEqualTo(GIVEN);
	}

}
