package io.billwright.analytics.meter;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// How a figure is rounded: once, when it is told; what is kept and added up stays exact.
///
/// @param scale digits after the point, 0 to 12
public record Rounding(int scale, Mode mode) {

	/// Digits after the point, at most.
	public static final int SCALE_MAX = 12;

	/// Which neighbour a figure becomes; the names are those of [RoundingMode].
	public enum Mode {

		HALF_UP, HALF_EVEN, HALF_DOWN, UP, DOWN, CEILING, FLOOR;

	}

	/// The rounded figure.
	public BigDecimal round(BigDecimal value) {
		return value.setScale(this.scale, RoundingMode.valueOf(this.mode.name()));
	}

}
