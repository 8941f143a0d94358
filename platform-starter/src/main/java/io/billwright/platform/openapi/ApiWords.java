package io.billwright.platform.openapi;

import java.util.Locale;

/// Turns names into words.
final class ApiWords {

	private ApiWords() {
	}

	/// `tax-rates`, `tax_rates` and `taxRates` become `Tax rates`.
	static String sentence(String name) {
		String words = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replaceAll("[_-]+", " ").toLowerCase(Locale.ROOT);
		return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
	}

	/// `tax-rates` and `taxRates` become `tax_rates`.
	static String snake(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('-', '_').toLowerCase(Locale.ROOT);
	}

}
