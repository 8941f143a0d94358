package io.billwright.platform.paging;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Invalid;

/// Which part of a list is asked for. A controller takes it as an argument, read from the query parameters `limit`
/// (1 to 100, default 25), `cursor` and `include=total`.
///
/// @param limit how many rows at most
/// @param after where the page begins; `null` for the first page
/// @param total whether the number of all rows is asked for
public record PageRequest(int limit, @Nullable Cursor after, boolean total) {

	/// The rows of a page when the client does not say.
	public static final int DEFAULT_LIMIT = 25;

	/// The most rows of a page.
	public static final int MAX_LIMIT = 100;

	/// How many rows to read: one more than shown tells whether there is a next page.
	public int fetch() {
		return this.limit + 1;
	}

	/// The value after which the page of a list by one value begins; `null` for the first page.
	///
	/// @param reader throws [IllegalArgumentException] for what is no such value
	/// @throws Invalid where the cursor is of another list
	public <T> @Nullable T after(Function<String, T> reader) {
		try {
			return (this.after != null) ? reader.apply(this.after.values().getFirst()) : null;
		}
		catch (IllegalArgumentException ex) {
			throw new Invalid("cursor", "malformed", "must be the next_cursor of a page of the same list");
		}
	}

	/// The first page with the default limit.
	public static PageRequest first() {
		return new PageRequest(DEFAULT_LIMIT, null, false);
	}

}
