package io.billwright.invoice.issuing;

import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.billwright.invoice.tax.TaxRate;
import io.billwright.platform.money.Money;

/// What an invoice comes to. `subtotal + tax = total`, and the parts of `taxes` add up to `tax`, exactly.
///
/// @param subtotal the lines without tax
/// @param tax all taxes together
/// @param total what the customer owes
/// @param taxes one part per category, rate and inclusiveness, in the order of the lines
public record Totals(Money subtotal, Money tax, Money total, List<TaxPart> taxes) {

	/// The tax of one category and rate (EN 16931, BG-23).
	///
	/// @param taxable the net amount that was taxed
	/// @param amount the tax
	public record TaxPart(AppliedTax tax, Money taxable, Money amount) {}

	public Totals {
		taxes = List.copyOf(taxes);
	}

	/// Adds lines up.
	static Totals of(Collection<? extends InvoiceLine> lines, Currency currency, TaxRounding rounding) {
		List<TaxPart> taxes = groups(lines).values()
				.stream()
				.map((group) -> part(group, currency, rounding))
				.toList();
		Money tax = TaxRounding.sum(taxes.stream().map(TaxPart::amount).toList(), currency);
		Money included = TaxRounding.sum(taxes.stream()
				.filter((part) -> part.tax().terms().inclusive())
				.map(TaxPart::amount)
				.toList(), currency);
		Money subtotal = TaxRounding.sum(lines.stream().map(InvoiceLine::amount).toList(), currency).minus(included);
		return new Totals(subtotal, tax, subtotal.plus(tax), taxes);
	}

	private static Map<TaxRate.Terms, List<InvoiceLine>> groups(Collection<? extends InvoiceLine> lines) {
		return lines.stream()
				.filter((line) -> line.tax() != null)
				.collect(Collectors.groupingBy((line) -> Objects.requireNonNull(line.tax()).terms(), LinkedHashMap::new,
						Collectors.toList()));
	}

	private static TaxPart part(List<InvoiceLine> group, Currency currency, TaxRounding rounding) {
		AppliedTax tax = Objects.requireNonNull(group.getFirst().tax());
		List<Money> amounts = group.stream().map(InvoiceLine::amount).toList();
		Money amount = rounding.tax(tax, amounts, currency);
		Money sum = TaxRounding.sum(amounts, currency);
		return new TaxPart(tax, tax.terms().inclusive() ? sum.minus(amount) : sum, amount);
	}

}
