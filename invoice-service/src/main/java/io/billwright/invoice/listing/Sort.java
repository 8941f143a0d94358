package io.billwright.invoice.listing;

import java.time.Instant;
import java.util.function.Function;

/// A column by which a list can be sorted.
///
/// @param name what clients call it
/// @param column the column, not null in any row, best the one after the tenant in an index that ends with `id`
/// @param type the column's Java type
/// @param parse reads what `String.valueOf` wrote of the type; fails with a [RuntimeException]
public record Sort<V>(String name, String column, Class<V> type, Function<String, V> parse) {

	/// Sorts by text.
	public static Sort<String> byText(String name, String column) {
		return new Sort<>(name, column, String.class, Sort::toText);
	}

	/// Sorts by time.
	public static Sort<Instant> byInstant(String name, String column) {
		return new Sort<>(name, column, Instant.class, Instant::parse);
	}

	/// PostgreSQL has no U+0000, so no sort value has one either.
	private static String toText(String text) {
		if (text.indexOf('\0') >= 0) {
			throw new IllegalArgumentException("not a sort value");
		}
		return text;
	}

}
