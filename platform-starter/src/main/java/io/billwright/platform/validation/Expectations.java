package io.billwright.platform.validation;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Currency;
import java.util.Locale;
import java.util.stream.Collectors;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// Says what a value should have been, in the words of the API.
public final class Expectations {

	private Expectations() {
	}

	/// @param otherwise for a type that says nothing by itself; taken where it begins with "must"
	public static String of(Class<?> type, String otherwise) {
		if (type.isEnum()) {
			return ofEnum(type);
		}
		if (TypedId.class.isAssignableFrom(type)) {
			return "must be an id that starts with '%s_'".formatted(Ids.prefix(type.asSubclass(TypedId.class)));
		}
		if (type == Currency.class) {
			return "must be an ISO 4217 currency code such as \"EUR\"";
		}
		if (type == BigDecimal.class) {
			return "must be a plain decimal such as \"12.50\"";
		}
		if (type == Instant.class) {
			return "must be an instant such as \"2026-11-20T08:30:00Z\"";
		}
		if (type == LocalDate.class) {
			return "must be a date such as \"2026-11-20\"";
		}
		if (ZoneId.class.isAssignableFrom(type)) {
			return "must be an IANA time zone such as \"Europe/Berlin\"";
		}
		if ((type == boolean.class) || (type == Boolean.class)) {
			return "must be true or false";
		}
		if (type == String.class) {
			return otherwise.startsWith("must") ? otherwise : "must be a string";
		}
		if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
			return "must be a whole number";
		}
		return otherwise.startsWith("must") ? otherwise : "is not of the expected form";
	}

	private static String ofEnum(Class<?> type) {
		return Arrays.stream(type.getEnumConstants())
				.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
				.collect(Collectors.joining(", ", "must be one of ", ""));
	}

}
