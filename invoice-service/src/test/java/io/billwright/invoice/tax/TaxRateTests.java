package io.billwright.invoice.tax;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.money.Money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TaxRateTests {

	private static final Instant NOW = Instant.parse("2026-01-15T10:00:00Z");

	@ParameterizedTest
	@CsvSource({"1460.50, EUR, 25, 365.13", "-1460.50, EUR, 25, -365.13", "100.00, EUR, 7.7, 7.70", "1, JPY, 50, 1",
		"0.100, KWD, 5, 0.005", "0.02, EUR, 25, 0.01", "100.00, EUR, 0.0049, 0.00", "100.00, EUR, 0.005, 0.01"})
	void onWhenExclusiveThenAddsThePercentage(String base, String currency, String percentage, String tax) {
		assertThat(standard(percentage, false).on(money(base, currency)).amount()).isEqualTo(tax);
	}

	@ParameterizedTest
	@CsvSource({"119.00, EUR, 19, 19.00", "100.00, EUR, 20, 16.67", "-100.00, EUR, 20, -16.67", "1, JPY, 100, 1"})
	void onWhenInclusiveThenTakesThePercentageOut(String base, String currency, String percentage, String tax) {
		assertThat(standard(percentage, true).on(money(base, currency)).amount()).isEqualTo(tax);
	}

	@ParameterizedTest
	@EnumSource(value = TaxCategory.class, mode = EnumSource.Mode.EXCLUDE, names = "S")
	void termsWhenCategoryIsNotStandardThenAreZero(TaxCategory category) {
		TaxRate rate = rate(new TaxRate.Terms(percentage("0"), category, "DE", false));
		assertThat(rate.on(money("100.00", "EUR")).isZero()).isTrue();
		assertThatIllegalArgumentException()
				.isThrownBy(() -> new TaxRate.Terms(percentage("19"), category, "DE", false));
	}

	@Test
	void termsWhenStandardThenAreAboveZero() {
		assertThatIllegalArgumentException()
				.isThrownBy(() -> new TaxRate.Terms(percentage("0"), TaxCategory.S, "DE", false));
	}

	@ParameterizedTest
	@ValueSource(strings = {"-1", "100.0001", "0.00001"})
	void percentageWhenOutOfBoundsThenCannotBeMade(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> percentage(value));
	}

	@Test
	void percentageWhenWrittenWithZerosThenEqualsTheOneWithout() {
		assertThat(percentage("20.00")).isEqualTo(percentage("20")).hasToString("20");
	}

	@Test
	void requireActiveWhenArchivedThenFails() {
		TaxRate archived = standard("19", false).archive(NOW);
		assertThatExceptionOfType(TaxFailure.Archived.class).isThrownBy(archived::requireActive);
		assertThat(archived.unarchive(NOW).requireActive().version()).isEqualTo(3);
	}

	private static TaxRate standard(String percentage, boolean inclusive) {
		return rate(new TaxRate.Terms(percentage(percentage), TaxCategory.S, "DE", inclusive));
	}

	private static TaxRate rate(TaxRate.Terms terms) {
		return TaxRate.create(new TaxRateId(Ids.next()), terms, new TaxRate.Details("VAT", null, Map.of()), NOW);
	}

	private static Percentage percentage(String value) {
		return new Percentage(new BigDecimal(value));
	}

	private static Money money(String amount, String currency) {
		return Money.parse(amount, Currency.getInstance(currency));
	}

}
