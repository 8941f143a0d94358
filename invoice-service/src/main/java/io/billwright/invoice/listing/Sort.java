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
		return new Sort<>(name, column, String.class, Function.identity());
	}

	/// Sorts by time.
	public static Sort<Instant> byInstant(String name, String column) {
		return new Sort<>(name, column, Instant.class, Instant::parse);
	}

}
