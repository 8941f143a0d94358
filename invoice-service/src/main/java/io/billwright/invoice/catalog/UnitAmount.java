package io.billwright.invoice.catalog;

import java.math.BigDecimal;

/// The price of one, in the currency's major unit: not negative, below a trillion, at most 12 decimals. Trailing zeros
/// are dropped, so that 1.50 equals 1.5.
public record UnitAmount(BigDecimal value) {

	/// Digits after the point, at most.
	public static final int DECIMALS_MAX = 12;

	/// Digits before the point, at most.
	public static final int INTEGER_DIGITS_MAX = 12;

	public UnitAmount {
		BigDecimal stripped = value.stripTrailingZeros();
		value = (stripped.scale() < 0) ? stripped.setScale(0) : stripped;
		if ((value.signum() < 0) || (value.scale() > DECIMALS_MAX)
				|| (value.precision() - value.scale() > INTEGER_DIGITS_MAX)) {
			throw new IllegalArgumentException("must be a decimal of at most %d digits before and %d after the point"
					.formatted(INTEGER_DIGITS_MAX, DECIMALS_MAX));
		}
	}

	@Override
	public String toString() {
		return this.value.toPlainString();
	}

}
