package io.billwright.invoice.catalog;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.money.AmountTooLarge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PriceTests {

	private static final Instant NOW = Instant.parse("2026-01-15T10:00:00Z");

	@ParameterizedTest
	@CsvSource({"EUR, 0, 49.00", "EUR, 1, 49.00", "EUR, 2.5, 49.00", "JPY, 1000, 49"})
	void flatWhateverTheQuantityThenCostsTheFee(String currency, BigDecimal quantity, String amount) {
		assertThat(price(new Flat(unit("49")), currency).amount(quantity).amount()).isEqualTo(amount);
	}

	@ParameterizedTest
	@CsvSource({"EUR, 10.00, 3, 30.00", "EUR, 0.000000000001, 5000000000, 0.01",
		"EUR, 0.000000000001, 4999999999, 0.00",
		"EUR, 0.0045, 1, 0.00", "EUR, 0.005, 1, 0.01", "EUR, 0.335, 1.5, 0.50", "JPY, 0.5, 1, 1", "JPY, 0.5, 0, 0",
		"KWD, 0.0005, 1, 0.001", "EUR, 0, 12, 0.00"})
	void perUnitWhenMultipliedThenRoundsOnceHalfUp(String currency, String unit, BigDecimal quantity, String amount) {
		assertThat(price(new PerUnit(unit(unit)), currency).amount(quantity).amount()).isEqualTo(amount);
	}

	@Test
	void priceWhenAmountIsBeyondTheLimitThenFails() {
		Price price = price(new PerUnit(unit("999999999999")), "EUR");
		assertThatExceptionOfType(AmountTooLarge.class).isThrownBy(() -> price.amount(new BigDecimal("1000000")));
	}

	@Test
	void unitAmountThenIsWhatOneCostsUnrounded() {
		assertThat(price(new PerUnit(unit("0.0045")), "EUR").unitAmount()).isEqualTo("0.0045");
		assertThat(price(new Flat(unit("49.00")), "EUR").unitAmount()).isEqualTo("49");
	}

	@Test
	void unitAmountWhenWrittenWithZerosThenEqualsTheOneWithout() {
		assertThat(unit("1.50")).isEqualTo(unit("1.5")).hasToString("1.5");
		assertThat(unit("100")).hasToString("100");
	}

	@ParameterizedTest
	@ValueSource(strings = {"-0.01", "1000000000000", "0.0000000000001"})
	void unitAmountWhenOutOfBoundsThenCannotBeMade(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> unit(value));
	}

	@Test
	void changeWhenNicknameDiffersThenKeepsTheTerms() {
		Price price = price(new Flat(unit("49")), "EUR");
		Price changed = price.change(new Price.Details(null, "Old customers", Map.of()), NOW.plusSeconds(1));
		assertThat(changed.version()).isEqualTo(2);
		assertThat(changed.terms()).isEqualTo(price.terms());
		assertThat(changed.change(changed.details(), NOW.plusSeconds(2))).isSameAs(changed);
	}

	@Test
	void requireActiveWhenArchivedThenFails() {
		Price archived = price(new Flat(unit("49")), "EUR").archive(NOW);
		assertThatExceptionOfType(CatalogFailure.PriceArchived.class).isThrownBy(archived::requireActive);
		assertThat(archived.unarchive(NOW).requireActive().version()).isEqualTo(3);
	}

	@Test
	void recurrenceWhenCountIsBelowOneThenCannotBeMade() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Recurrence(Recurrence.Interval.MONTH, 0));
	}

	private static UnitAmount unit(String value) {
		return new UnitAmount(new BigDecimal(value));
	}

	private static Price price(PricingModel pricing, String currency) {
		return Price.create(new PriceId(Ids.next()), new ProductId(Ids.next()),
				new Price.Terms(pricing, Currency.getInstance(currency), null),
				new Price.Details(null, null, Map.of()), NOW);
	}

}
