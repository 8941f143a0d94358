package io.billwright.analytics.reporting;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/// A sum of amounts of one currency, exact and of any size.
///
/// @param amount with exactly the currency's digits
/// @param currency the ISO 4217 code
record Amount(BigDecimal amount, String currency) {

	Amount {
		amount = amount.setScale(Currency.getInstance(currency).getDefaultFractionDigits(), RoundingMode.UNNECESSARY);
	}

}
