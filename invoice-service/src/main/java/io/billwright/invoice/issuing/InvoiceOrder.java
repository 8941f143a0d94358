package io.billwright.invoice.issuing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import io.billwright.platform.failure.Invalid;

/// The order of a list of invoices.
///
/// @param descending whether the largest comes first
record InvoiceOrder(Key key, boolean descending) {

	/// What invoices are ordered by.
	enum Key {

		CREATED_AT("created_at", Instant.class),

		ISSUE_DATE("issue_rank", LocalDate.class),

		DUE_DATE("due_rank", LocalDate.class),

		TOTAL("total_rank", Long.class),

		NUMBER("number_rank", Long.class);

		private final String column;

		private final Class<?> type;

		Key(String column, Class<?> type) {
			this.column = column;
			this.type = type;
		}

		/// A column that is null in no row.
		String column() {
			return this.column;
		}

		Class<?> type() {
			return this.type;
		}

		/// Reads a value of the column that a cursor carries.
		Object parse(String text) {
			return switch (this) {
				case CREATED_AT -> Instant.parse(text);
				case ISSUE_DATE, DUE_DATE -> LocalDate.parse(text);
				case TOTAL, NUMBER -> Long.valueOf(text);
			};
		}

		String code() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/// Reads a sort's name, with a minus before it for the largest first.
	///
	/// @throws Invalid for an unknown name
	static InvoiceOrder parse(String text) {
		boolean descending = text.startsWith("-");
		String name = descending ? text.substring(1) : text;
		return Arrays.stream(Key.values())
				.filter((key) -> key.code().equals(name))
				.findFirst()
				.map((key) -> new InvoiceOrder(key, descending))
				.orElseThrow(() -> new Invalid("sort", "unknown",
						"must be one of %s, with a minus before it for the largest first".formatted(
								Arrays.stream(Key.values()).map(Key::code).collect(Collectors.joining(", ")))));
	}

	/// What [#parse(String)] reads.
	@Override
	public String toString() {
		return (this.descending ? "-" : "") + this.key.code();
	}

}
