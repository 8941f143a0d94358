package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.tax.Percentage;
import io.billwright.invoice.tax.TaxCategory;
import io.billwright.invoice.tax.TaxRate;
import io.billwright.invoice.tax.TaxRateId;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.money.Money;

/// Invoices for tests.
final class InvoiceFixtures {

	static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

	static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

	static final Currency EUR = Currency.getInstance("EUR");

	static final BilledCustomer ACME = new BilledCustomer(new CustomerId(Ids.next()), "Acme GmbH", null, null,
			List.of());

	private InvoiceFixtures() {
	}

	static Invoice draft(InvoiceLine... lines) {
		return Invoice.draft(new InvoiceId(Ids.next()), content(lines), NOON);
	}

	static Invoice.Content content(InvoiceLine... lines) {
		return new Invoice.Content(ACME, EUR, List.of(lines), null, null, TaxRounding.PER_RATE);
	}

	static Invoice open(String total) {
		return draft(line("1", total, "EUR", null)).finalize(ACME, issue(TODAY.plusDays(14)));
	}

	static Invoice.Issue issue(LocalDate due) {
		return new Invoice.Issue("INV-000001", 1, TODAY, due, NOON);
	}

	static InvoiceLine line(String quantity, String unitAmount, String currency, @Nullable AppliedTax tax) {
		return InvoiceLine.OneOff.of(new LineId(Ids.next()), "Work", new Quantity(new BigDecimal(quantity)),
				new BigDecimal(unitAmount), Currency.getInstance(currency), tax);
	}

	static AppliedTax onTop(String percentage) {
		return tax(percentage, false);
	}

	static AppliedTax included(String percentage) {
		return tax(percentage, true);
	}

	static Money money(String amount, String currency) {
		return Money.parse(amount, Currency.getInstance(currency));
	}

	static Money eur(String amount) {
		return money(amount, "EUR");
	}

	private static AppliedTax tax(String percentage, boolean inclusive) {
		Percentage value = new Percentage(new BigDecimal(percentage));
		TaxCategory category = value.isZero() ? TaxCategory.Z : TaxCategory.S;
		return new AppliedTax(new TaxRateId(Ids.next()), "VAT", new TaxRate.Terms(value, category, "DE", inclusive));
	}

}
