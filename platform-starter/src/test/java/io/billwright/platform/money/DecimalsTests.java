package io.billwright.platform.money;

import java.math.BigDecimal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DecimalsTests {

	@ParameterizedTest
	@ValueSource(strings = {"0", "-0", "7", "12.50", "-0.000000000000000001", "123456789012345678.123456789012345678"})
	void textWhenAPlainDecimalThenIsThat(String text) {
		assertThat(Decimals.parse(text)).isEqualTo(new BigDecimal(text));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "-", "+1", ".5", "1.", "01", "00", "-01.5", "1e3", "1E3", "1,5", "1.5.5", " 1", "1 ",
		"NaN", "\u0661",
		"1234567890123456789", "1.1234567890123456789", "--1", "0x1"})
	void textWhenAnythingElseThenIsRefused(String text) {
		assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> Decimals.parse(text));
	}

}
