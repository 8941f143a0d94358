package io.billwright.platform.tenancy;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;

/// Reads columns that the schema declares `NOT NULL`; for the others there is [Readable#get(String, Class)].
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

}
