package io.billwright.user.system;

import java.util.UUID;
import java.util.function.Function;

import io.billwright.platform.failure.Invalid;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.PageRequest;

/// Where a page begins in a list that one value sorts.
public final class Keyset {

	private static final UUID LOWEST = new UUID(0, 0);

	private static final UUID HIGHEST = new UUID(-1, -1);

	private Keyset() {
	}

	/// The id after which a page of an ascending list begins.
	public static UUID ascending(PageRequest page) {
		return after(page, UUID::fromString, LOWEST);
	}

	/// The id after which a page of a descending list begins.
	public static UUID descending(PageRequest page) {
		return after(page, UUID::fromString, HIGHEST);
	}

	/// The number after which a page of a descending list begins.
	public static long descendingNumber(PageRequest page) {
		return after(page, Long::valueOf, Long.MAX_VALUE);
	}

	private static <T> T after(PageRequest page, Function<String, T> reader, T start) {
		Cursor after = page.after();
		if (after == null) {
			return start;
		}
		try {
			return reader.apply(after.values().getFirst());
		}
		catch (IllegalArgumentException ex) {
			throw new Invalid("cursor", "malformed", "must be the next_cursor of an earlier page");
		}
	}

}
