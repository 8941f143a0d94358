package io.billwright.invoice.issuing;

import java.math.BigDecimal;

/// How many, how long or how much of something. May be fractional.
///
/// @param value above 0, at most 10^12, with at most 12 decimals; without trailing zeros, so that equal quantities are
/// equal records
public record Quantity(BigDecimal value) {

	/// What clients are told of the range.
	static final String RANGE = "must be above 0, at most 10^12, and have at most 12 decimals";

	private static final int DECIMALS_MAX = 12;

	private static final BigDecimal MAX = BigDecimal.TEN.pow(12);

	static final Quantity ONE = new Quantity(BigDecimal.ONE);

	public Quantity {
		value = plain(value);
		if (!accepts(value)) {
			throw new IllegalArgumentException(RANGE);
		}
	}

	/// The decimal without trailing zeros after the point, so that equal decimals are equal.
	static BigDecimal plain(BigDecimal value) {
		BigDecimal stripped = value.stripTrailingZeros();
		return (stripped.scale() < 0) ? stripped.setScale(0) : stripped;
	}

	static boolean accepts(BigDecimal value) {
		return (value.signum() > 0) && (value.compareTo(MAX) <= 0)
				&& (value.stripTrailingZeros().scale() <= DECIMALS_MAX);
	}

	/// The plain decimal, for example `1.5`.
	@Override
	public String toString() {
		return this.value.toPlainString();
	}

}
