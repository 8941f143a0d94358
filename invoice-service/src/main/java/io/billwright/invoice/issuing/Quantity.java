package io.billwright.invoice.issuing;

import java.math.BigDecimal;

/// How many, how long or how much of something. May be fractional.
///
/// @param value above 0, at most 10^12, with at most 12 decimals; without trailing zeros, so that equal quantities are
/// equal records
public record Quantity(BigDecimal value) {

	private static final int MAX_DECIMALS = 12;

	private static final BigDecimal MAX = BigDecimal.TEN.pow(12);

	public Quantity {
		value = value.stripTrailingZeros();
		if ((value.signum() <= 0) || (value.compareTo(MAX) > 0) || (value.scale() > MAX_DECIMALS)) {
			throw new IllegalArgumentException("must be above 0, at most 10^12, and have at most 12 decimals");
		}
	}

	/// The plain decimal, for example `1.5`.
	@Override
	public String toString() {
		return this.value.toPlainString();
	}

}
