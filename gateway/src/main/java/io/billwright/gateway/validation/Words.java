package io.billwright.gateway.validation;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.validation.Expectations;

/// In what words services refuse values, as far as a document shows the type that they want to make of them.
final class Words {

	static final String NO_OBJECT = "must be a JSON object";

	static final String OTHER_FORM = "is not of the expected form";

	/// `^cus_[0-7]...`, as the platform's documents describe ids (TypeID 0.3).
	private static final Pattern ID = Pattern.compile("\\^([a-z]+)_\\[0-7]\\[0-9a-hjkmnp-tv-z]\\{25}\\$");

	private static final String DECIMAL = "^-?\\d+(\\.\\d+)?$";

	private static final String CURRENCY = "^[A-Z]{3}$";

	private Words() {
	}

	static boolean isId(String pattern) {
		return ID.matcher(pattern).matches();
	}

	static boolean isDecimal(String pattern) {
		return pattern.equals(DECIMAL);
	}

	/// What is expected of a text with this pattern; `null` where services have words of their own for it.
	static @Nullable String ofPattern(String pattern) {
		return switch (pattern) {
			case DECIMAL -> Expectations.of(BigDecimal.class, "");
			case CURRENCY -> Expectations.of(Currency.class, "");
			default -> isId(pattern) ? ofId(pattern) : null;
		};
	}

	static String ofId(String pattern) {
		return "must be an id that starts with '%s_'".formatted(ID.matcher(pattern).replaceFirst("$1"));
	}

	static String ofEnum(List<String> values) {
		return "must be one of " + String.join(", ", values);
	}

}
