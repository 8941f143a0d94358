package io.billwright.analytics.alert;

import java.math.BigDecimal;

/// What a figure may reach. Written `1000`, or `80%` of what the customer is granted.
///
/// @param percent whether it is a share of the customer's allowances
record Level(BigDecimal value, boolean percent) {

	/// The form of a level, positive and with at most 18 digits before and after the point.
	static final String FORM = "(?=.*[1-9])(0|[1-9]\\d{0,17})(\\.\\d{1,18})?%?";

	/// @param text of the form
	static Level parse(String text) {
		boolean percent = text.endsWith("%");
		return new Level(new BigDecimal(percent ? text.substring(0, text.length() - 1) : text).stripTrailingZeros(),
				percent);
	}

	/// The only text of the level.
	String text() {
		return this.value.toPlainString() + (this.percent ? "%" : "");
	}

	boolean isReached(BigDecimal figure) {
		return figure.compareTo(this.value) >= 0;
	}

}
