package io.billwright.platform.paging;

import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// One page of a list. The answer also carries the next page in `Link: rel="next"` (RFC 8288).
///
/// @param data the rows
/// @param nextCursor what to pass as `cursor` for the next page; `null` on the last one
/// @param hasMore whether there is a next page
/// @param total the number of all rows; only where it was asked for
public record Page<T>(List<T> data, @Nullable String nextCursor, boolean hasMore,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long total) implements Paged {

	public Page {
		data = List.copyOf(data);
	}

	/// Makes a page of rows that were read with [PageRequest#fetch()] as the limit.
	///
	/// @param cursor the keyset of a row
	public static <T> Page<T> of(List<T> fetched, PageRequest request, Function<T, Cursor> cursor) {
		if (fetched.size() <= request.limit()) {
			return new Page<>(fetched, null, false, null);
		}
		List<T> shown = fetched.subList(0, request.limit());
		return new Page<>(shown, cursor.apply(shown.getLast()).text(), true, null);
	}

	/// The same page with the number of all rows.
	public Page<T> withTotal(long count) {
		return new Page<>(this.data, this.nextCursor, this.hasMore, count);
	}

	/// The same page of something else.
	public <R> Page<R> map(Function<T, R> mapper) {
		return new Page<>(this.data.stream().map(mapper).toList(), this.nextCursor, this.hasMore, this.total);
	}

}
