package io.billwright.platform.money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MoneyTests {

	private static final Currency EUR = Currency.getInstance("EUR");

	@ParameterizedTest
	@CsvSource({"365.125,EUR,365.13", "-365.125,EUR,-365.13", "0.5,JPY,1", "-0.5,JPY,-1", "1.0005,KWD,1.001"})
	void ofWhenHalfUpThenRoundedSymmetrically(BigDecimal amount, String currency, String rounded) {
		assertThat(Money.of(amount, Currency.getInstance(currency), RoundingMode.HALF_UP).amount()).isEqualTo(rounded);
	}

	@Test
	void parseWhenMoreDigitsThanTheCurrencyThenRefused() {
		assertThat(Money.parse("12.5", EUR).amount()).isEqualTo("12.50");
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Money.parse("12.505", EUR));
	}

	@ParameterizedTest
	@ValueSource(strings = {"1e9", "1e1000000000", "", " 1", "01", "1.", ".5", "+1", "NaN", "1,5", "٣"})
	void parseWhenNotAPlainDecimalThenRefused(String amount) {
		assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> Money.parse(amount, EUR));
	}

	@Test
	void plusWhenOtherCurrencyThenRefused() {
		assertThatIllegalArgumentException()
				.isThrownBy(() -> Money.zero(EUR).plus(Money.zero(Currency.getInstance("USD"))));
	}

	@Test
	void newWhenBeyondTheLimitThenFailure() {
		assertThatExceptionOfType(AmountTooLarge.class)
				.isThrownBy(() -> new Money(Money.LIMIT, EUR).plus(new Money(1, EUR)));
		assertThatExceptionOfType(AmountTooLarge.class)
				.isThrownBy(() -> Money.of(new BigDecimal("1e30"), EUR, RoundingMode.HALF_UP));
	}

}
