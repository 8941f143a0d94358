package io.billwright.invoice.tax;

import java.math.BigDecimal;

/// A rate in percent from 0 to 100 with at most 4 decimals. Trailing zeros are dropped, so that 20.0 equals 20.
public record Percentage(BigDecimal value) {

	/// Digits after the point, at most.
	public static final int DECIMALS_MAX = 4;

	private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

	public Percentage {
		BigDecimal stripped = value.stripTrailingZeros();
		value = (stripped.scale() < 0) ? stripped.setScale(0) : stripped;
		if ((value.signum() < 0) || (value.compareTo(HUNDRED) > 0) || (value.scale() > DECIMALS_MAX)) {
			throw new IllegalArgumentException("must be from 0 to 100 with at most 4 decimals");
		}
	}

	/// Whether it is nothing.
	public boolean isZero() {
		return this.value.signum() == 0;
	}

	@Override
	public String toString() {
		return this.value.toPlainString();
	}

}
