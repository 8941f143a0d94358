package io.billwright.invoice.issuing;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.money.Decimals;

/// A decimal as a query parameter. A type of its own, because a plain [BigDecimal] would be read with an exponent that
/// can name a number of a billion digits.
record Amount(BigDecimal value) {

	/// Called by the conversion of query parameters.
	public static Amount of(String text) {
		return new Amount(Decimals.parse(text));
	}

	static InvoiceFilter.Range<BigDecimal> range(@Nullable Amount from, @Nullable Amount to) {
		return new InvoiceFilter.Range<>((from != null) ? from.value : null, (to != null) ? to.value : null);
	}

}
