package io.billwright.platform.money;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/// Reads decimals that come from outside. A plain decimal only: an exponent could name a number of a billion digits.
public final class Decimals {

	private static final Pattern PLAIN = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

	private Decimals() {
	}

	/// @param text at most 18 digits before and 18 after the point
	/// @throws NumberFormatException where it is anything else
	public static BigDecimal parse(String text) {
		if (!PLAIN.matcher(text).matches()) {
			throw new NumberFormatException("must be a plain decimal such as \"12.50\"");
		}
		return new BigDecimal(text);
	}

}
