package io.billwright.platform.paging;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// The place in a list after which the next page begins: the sort values of the last row shown. Opaque to clients;
/// it grants nothing, as the query behind it runs under the tenant's row-level security.
///
/// @param values the keyset, in the order of the sort
public record Cursor(List<String> values) {

	/// Longer than any cursor we write.
	private static final int LENGTH_LIMIT = 1024;

	private static final String SEPARATOR = "\u001f";

	public Cursor {
		values = List.copyOf(values);
	}

	/// A cursor over the text of each value.
	public static Cursor of(Object... values) {
		return new Cursor(Arrays.stream(values).map(String::valueOf).toList());
	}

	/// Reads what [#text()] wrote.
	///
	/// @throws IllegalArgumentException where it is not a cursor
	public static Cursor parse(String text) {
		if (text.length() > LENGTH_LIMIT) {
			throw new IllegalArgumentException("not a cursor");
		}
		String joined = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
		return new Cursor(List.of(joined.split(SEPARATOR, -1)));
	}

	/// The form that clients pass back.
	public String text() {
		byte[] joined = String.join(SEPARATOR, this.values).getBytes(StandardCharsets.UTF_8);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(joined);
	}

}
