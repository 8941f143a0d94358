package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.UUID;

import io.billwright.invoice.tax.Percentage;
import io.billwright.invoice.tax.TaxCategory;
import io.billwright.invoice.tax.TaxRate;
import io.billwright.invoice.tax.TaxRateId;
import io.billwright.platform.money.Money;

/// A tax rate as it was when a line was written; later changes of the rate leave the line alone. Lines with the same
/// terms are taxed in one sum (EN 16931, BG-23).
///
/// @param name what the invoice calls the tax, for example `MwSt. 20 %`
public record AppliedTax(TaxRateId rate, String name, TaxRate.Terms terms) {

	private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

	static AppliedTax of(TaxRate rate) {
		return new AppliedTax(rate.id(), rate.details().name(), rate.terms());
	}

	static AppliedTax of(UUID rate, String name, BigDecimal percentage, String category, String country,
			boolean inclusive) {
		return new AppliedTax(new TaxRateId(rate), name, new TaxRate.Terms(new Percentage(percentage),
				TaxCategory.valueOf(category), country, inclusive));
	}

	/// The tax on or in an amount, rounded once, HALF_UP.
	Money on(Money amount) {
		BigDecimal percent = this.terms.percentage().value();
		BigDecimal whole = this.terms.inclusive() ? HUNDRED.add(percent) : HUNDRED;
		BigDecimal tax = amount.toDecimal()
				.multiply(percent)
				.divide(whole, amount.currency().getDefaultFractionDigits(), RoundingMode.HALF_UP);
		return Money.of(tax, amount.currency(), RoundingMode.UNNECESSARY);
	}

}
