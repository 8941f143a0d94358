package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.billwright.platform.money.Money;

import static io.billwright.invoice.issuing.InvoiceFixtures.eur;
import static io.billwright.invoice.issuing.InvoiceFixtures.included;
import static io.billwright.invoice.issuing.InvoiceFixtures.line;
import static io.billwright.invoice.issuing.InvoiceFixtures.money;
import static io.billwright.invoice.issuing.InvoiceFixtures.onTop;
import static org.assertj.core.api.Assertions.assertThat;

class TotalsTests {

	/// The rule in billing-rules.md and its neighbours; the first row is the example of EN 16931.
	@ParameterizedTest
	@CsvSource({"EUR, 1, 1460.50, 25, 1460.50, 365.13, 1825.63", "EUR, 1, -1460.50, 25, -1460.50, -365.13, -1825.63",
		"EUR, 1, 0.50, 1, 0.50, 0.01, 0.51", "EUR, 1, 0.49, 1, 0.49, 0.00, 0.49",
		"EUR, 3, 0.333333333333, 0, 1.00, 0.00, 1.00", "EUR, 0.5, 0.01, 0, 0.01, 0.00, 0.01",
		"JPY, 3, 333.5, 10, 1001, 100, 1101", "JPY, 1, 1005, 10, 1005, 101, 1106",
		"KWD, 1, 1.2345, 5, 1.235, 0.062, 1.297", "USD, 1000000, 0.000001234, 0, 1.23, 0.00, 1.23"})
	void totalsWhenTaxIsOnTopThenHalfUpInTheCurrencysDigits(String currency, String quantity, String unit, String rate,
			String subtotal, String tax, String total) {
		Totals totals = Totals.of(List.of(line(quantity, unit, currency, onTop(rate))), Currency.getInstance(currency),
				TaxRounding.PER_RATE);

		assertThat(totals.subtotal()).isEqualTo(money(subtotal, currency));
		assertThat(totals.tax()).isEqualTo(money(tax, currency));
		assertThat(totals.total()).isEqualTo(money(total, currency));
	}

	@ParameterizedTest
	@CsvSource({"EUR, 119.00, 19, 100.00, 19.00", "EUR, 100.00, 19, 84.03, 15.97", "EUR, 0.01, 19, 0.01, 0.00",
		"EUR, -119.00, 19, -100.00, -19.00", "JPY, 1100, 10, 1000, 100", "KWD, 1.050, 5, 1.000, 0.050"})
	void totalsWhenTaxIsIncludedThenTheTotalIsWhatTheLinesSay(String currency, String gross, String rate,
			String subtotal, String tax) {
		Totals totals = Totals.of(List.of(line("1", gross, currency, included(rate))), Currency.getInstance(currency),
				TaxRounding.PER_RATE);

		assertThat(totals.total()).isEqualTo(money(gross, currency));
		assertThat(totals.subtotal()).isEqualTo(money(subtotal, currency));
		assertThat(totals.tax()).isEqualTo(money(tax, currency));
	}

	@Test
	void taxWhenSeveralLinesShareARateThenRoundedOnTheirSum() {
		List<InvoiceLine> lines = List.of(line("1", "0.02", "EUR", onTop("20")), line("1", "0.02", "EUR", onTop("20")),
				line("1", "0.02", "EUR", onTop("20")));

		assertThat(Totals.of(lines, InvoiceFixtures.EUR, TaxRounding.PER_RATE).tax()).isEqualTo(eur("0.01"));
		assertThat(Totals.of(lines, InvoiceFixtures.EUR, TaxRounding.PER_LINE).tax()).isEqualTo(eur("0.00"));
	}

	@Test
	void taxesWhenRatesDifferThenOnePartForEachInTheOrderOfTheLines() {
		List<InvoiceLine> lines = List.of(line("1", "10.00", "EUR", onTop("19")), line("2", "5.00", "EUR", onTop("7")),
				line("1", "90.00", "EUR", onTop("19.00")), line("1", "1.00", "EUR", null));

		Totals totals = Totals.of(lines, InvoiceFixtures.EUR, TaxRounding.PER_RATE);

		assertThat(totals.taxes()).extracting(Totals.TaxPart::taxable).containsExactly(eur("100.00"), eur("10.00"));
		assertThat(totals.taxes()).extracting(Totals.TaxPart::amount).containsExactly(eur("19.00"), eur("0.70"));
		assertThat(totals.subtotal()).isEqualTo(eur("111.00"));
		assertThat(totals.total()).isEqualTo(eur("130.70"));
	}

	@Test
	void taxesWhenIncludedAndOnTopMeetThenKeptApart() {
		Totals totals = Totals.of(
				List.of(line("1", "119.00", "EUR", included("19")), line("1", "100.00", "EUR", onTop("19"))),
				InvoiceFixtures.EUR, TaxRounding.PER_RATE);

		assertThat(totals.taxes()).hasSize(2);
		assertThat(totals.subtotal()).isEqualTo(eur("200.00"));
		assertThat(totals.total()).isEqualTo(eur("238.00"));
	}

	@Test
	void totalsWhenThereAreNoLinesThenNothing() {
		assertThat(Totals.of(List.of(), InvoiceFixtures.EUR, TaxRounding.PER_RATE).total()).isEqualTo(eur("0.00"));
	}

	/// Whatever the lines, the parts add up to the whole and each part is off its exact value by half a unit at most.
	@ParameterizedTest
	@ValueSource(strings = {"EUR", "JPY", "KWD"})
	void partsWhenLinesAreRandomThenAddUp(String code) {
		Currency currency = Currency.getInstance(code);
		Random random = new Random(20_261_120);
		for (int round = 0; round < 500; round++) {
			List<InvoiceLine> lines = randomLines(random, code);
			for (TaxRounding rounding : TaxRounding.values()) {
				assertAddsUp(lines, Totals.of(lines, currency, rounding), currency);
			}
			Totals.of(lines, currency, TaxRounding.PER_RATE).taxes().forEach(TotalsTests::assertOffByHalfAUnitAtMost);
		}
	}

	private static List<InvoiceLine> randomLines(Random random, String currency) {
		List<AppliedTax> taxes = List.of(onTop("19"), onTop("7"), onTop("8.875"), included("20"), included("5.5"),
				onTop("0"));
		return IntStream.range(0, random.nextInt(1, 30)).mapToObj((index) -> {
			int tax = random.nextInt(taxes.size() + 1);
			return line(BigDecimal.valueOf(random.nextLong(1, 1_000_000), 3).toPlainString(),
					BigDecimal.valueOf(random.nextLong(-10_000, 1_000_000), 4).toPlainString(), currency,
					(tax < taxes.size()) ? taxes.get(tax) : null);
		}).toList();
	}

	private static void assertAddsUp(List<InvoiceLine> lines, Totals totals, Currency currency) {
		assertThat(totals.subtotal().plus(totals.tax())).isEqualTo(totals.total());
		assertThat(totals.taxes().stream().map(Totals.TaxPart::amount).reduce(Money.zero(currency), Money::plus))
				.isEqualTo(totals.tax());
		Money untaxed = lines.stream()
				.filter((line) -> line.tax() == null)
				.map(InvoiceLine::amount)
				.reduce(Money.zero(currency), Money::plus);
		assertThat(totals.taxes().stream().map(Totals.TaxPart::taxable).reduce(untaxed, Money::plus))
				.isEqualTo(totals.subtotal());
	}

	private static void assertOffByHalfAUnitAtMost(Totals.TaxPart part) {
		BigDecimal rate = part.tax().terms().percentage().value().movePointLeft(2);
		BigDecimal base = part.taxable().toDecimal();
		if (part.tax().terms().inclusive()) {
			base = part.taxable().plus(part.amount()).toDecimal().divide(BigDecimal.ONE.add(rate), 20,
					RoundingMode.HALF_UP);
		}
		BigDecimal unit = BigDecimal.ONE.movePointLeft(part.amount().currency().getDefaultFractionDigits());
		assertThat(base.multiply(rate).subtract(part.amount().toDecimal()).abs())
				.isLessThanOrEqualTo(unit.divide(BigDecimal.TWO).add(new BigDecimal("1e-12")));
	}

}
