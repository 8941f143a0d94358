package io.billwright.invoice.issuing;

import java.time.LocalDate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NumberPatternTests {

	@ParameterizedTest
	@CsvSource({"INV-{seq}, 1, INV-000001", "INV-{seq}, 1234567, INV-1234567", "{yyyy}/{mm}-{seq:4}, 42, 2026/03-0042",
		"R{yy} {seq:1}, 7, R26 7"})
	void numberWhenFormattedThenFollowsThePattern(String pattern, long sequence, String number) {
		assertThat(new NumberPattern(pattern).format(sequence, LocalDate.of(2026, 3, 9))).isEqualTo(number);
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "INV", "INV-{yyyy}", "{seq}{seq}", "INV-{seq:0}", "INV-{seq", "INV-{dd}-{seq}",
		"é{seq}",
		"$1{seq}", "INV-INV-INV-INV-INV-INV-INV-INV-INV-INV-{seq}"})
	void patternWhenWithoutOneSequenceThenRefused(String pattern) {
		assertThatThrownBy(() -> new NumberPattern(pattern)).isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void patternWhenNothingWasChosenThenSixDigits() {
		assertThat(NumberPattern.DEFAULT.format(1, LocalDate.of(2026, 1, 1))).isEqualTo("INV-000001");
	}

}
