package io.billwright.invoice.issuing;

import java.util.Collection;
import java.util.Currency;
import java.util.Locale;

import io.billwright.platform.money.Money;

/// On what tax is rounded.
public enum TaxRounding {

	/// Once per category and rate, on the sum of the lines (EN 16931, BR-CO-17). The default.
	PER_RATE {

		@Override
		Money tax(AppliedTax tax, Collection<Money> amounts, Currency currency) {
			return tax.on(sum(amounts, currency));
		}

	},

	/// Per line, then summed.
	PER_LINE {

		@Override
		Money tax(AppliedTax tax, Collection<Money> amounts, Currency currency) {
			return sum(amounts.stream().map(tax::on).toList(), currency);
		}

	};

	abstract Money tax(AppliedTax tax, Collection<Money> amounts, Currency currency);

	/// How JSON and the database write it.
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	static TaxRounding of(String code) {
		return valueOf(code.toUpperCase(Locale.ROOT));
	}

	static Money sum(Collection<Money> amounts, Currency currency) {
		return amounts.stream().reduce(Money.zero(currency), Money::plus);
	}

}
