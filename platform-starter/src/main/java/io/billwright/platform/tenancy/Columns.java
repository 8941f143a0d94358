package io.billwright.platform.tenancy;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/// Reads columns that the schema declares `NOT NULL`, for the others there is [Readable#get(String, Class)]; and binds values
/// that may be absent.
public final class Columns {

	private Columns() {
	}

	/// The value of a column.
	///
	/// @throws IllegalStateException where it is null all the same: schema and code disagree
	public static <T> T required(Readable row, String column, Class<T> type) {
		@Nullable
		T value = row.get(column, type);
		if (value == null) {
			throw new IllegalStateException("Column " + column + " is null");
		}
		return value;
	}

	/// The statement with the value, or with `NULL` of the type where there is none.
	public static <T> GenericExecuteSpec bind(GenericExecuteSpec statement, int at, @Nullable T value, Class<T> type) {
		return (value == null) ? statement.bindNull(at, type) : statement.bind(at, value);
	}

}
