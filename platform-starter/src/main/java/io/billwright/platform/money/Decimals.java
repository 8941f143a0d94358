package io.billwright.platform.money;

import java.math.BigDecimal;

/// Reads decimals that come from outside. A plain decimal only: an exponent could name a number of a billion digits.
public final class Decimals {

	private static final int DIGITS = 18;

	private Decimals() {
	}

	/// @param text at most 18 digits before and 18 after the point
	/// @throws NumberFormatException where it is anything else
	public static BigDecimal parse(String text) {
		if (!isPlain(text)) {
			throw new NumberFormatException("must be a plain decimal such as \"12.50\"");
		}
		return new BigDecimal(text);
	}

	/// By hand, as it is asked for every usage event.
	private static boolean isPlain(String text) {
		int start = text.startsWith("-") ? 1 : 0;
		int point = digitsEnd(text, start);
		int whole = point - start;
		if (whole < 1 || whole > DIGITS || (whole > 1 && text.charAt(start) == '0')) {
			return false;
		}
		if (point == text.length()) {
			return true;
		}
		int end = digitsEnd(text, point + 1);
		int fraction = end - point - 1;
		return text.charAt(point) == '.' && fraction >= 1 && fraction <= DIGITS && end == text.length();
	}

	private static int digitsEnd(String text, int start) {
		int index = start;
		while (index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9') {
			index++;
		}
		return index;
	}

}
