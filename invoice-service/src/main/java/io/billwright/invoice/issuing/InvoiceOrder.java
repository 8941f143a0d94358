package io.billwright.invoice.issuing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

import io.billwright.platform.failure.Invalid;

/// The order of a list of invoices.
///
/// @param descending whether the largest comes first
record InvoiceOrder(Key key, boolean descending) {

	/// What invoices are ordered by: columns of which an index has all in this order, and the last is unique.
	enum Key {

		CREATED_AT, ISSUE_DATE, DUE_DATE, TOTAL, NUMBER;

		/// All columns.
		List<Column> columns() {
			return switch (this) {
				case CREATED_AT -> List.of(Column.CREATED_DAY, Column.CREATED_AT, Column.ID);
				case ISSUE_DATE -> List.of(Column.ISSUE_RANK, Column.DUE_RANK, Column.CREATED_AT, Column.ID);
				case DUE_DATE -> List.of(Column.DUE_RANK, Column.ISSUE_RANK, Column.CREATED_AT, Column.ID);
				case TOTAL -> List.of(Column.TOTAL_RANK, Column.ID);
				case NUMBER -> List.of(Column.NUMBER_BLOCK, Column.NUMBER_RANK, Column.ID);
			};
		}

		/// The columns without those that are only a coarser form of another.
		List<Column> shortColumns() {
			return columns().stream().filter((column) -> !column.isCoarse()).toList();
		}

		String code() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/// A column that is null in no row.
	enum Column {

		CREATED_DAY(LocalDate.class), CREATED_AT(Instant.class), ISSUE_RANK(LocalDate.class), DUE_RANK(
				LocalDate.class), TOTAL_RANK(
						Long.class), NUMBER_BLOCK(Long.class), NUMBER_RANK(Long.class), ID(UUID.class);

		private final Class<?> type;

		Column(Class<?> type) {
			this.type = type;
		}

		Class<?> type() {
			return this.type;
		}

		String sql() {
			return name().toLowerCase(Locale.ROOT);
		}

		boolean isCoarse() {
			return (this == CREATED_DAY) || (this == NUMBER_BLOCK);
		}

		/// Reads a value that a cursor carries.
		Object parse(String text) {
			return switch (this) {
				case CREATED_AT -> Instant.parse(text);
				case CREATED_DAY, ISSUE_RANK, DUE_RANK -> LocalDate.parse(text);
				case TOTAL_RANK, NUMBER_BLOCK, NUMBER_RANK -> Long.valueOf(text);
				case ID -> UUID.fromString(text);
			};
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

	/// `column DESC, column DESC, ...`
	String by(List<Column> columns) {
		String direction = this.descending ? " DESC" : " ASC";
		return columns.stream().map((column) -> column.sql() + direction).collect(Collectors.joining(", "));
	}

	/// What [#parse(String)] reads.
	@Override
	public String toString() {
		return (this.descending ? "-" : "") + this.key.code();
	}

}
