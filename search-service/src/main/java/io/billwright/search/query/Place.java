package io.billwright.search.query;

import java.time.DateTimeException;
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Invalid;
import io.billwright.platform.paging.Cursor;

/// Where a hit stands among all.
record Place(int tier, int score, LocalDate date, String id) {

	private static final int PARTS = 4;

	static Place of(Answer.Hit hit) {
		return new Place(hit.tier(), hit.score(), hit.date(), hit.id());
	}

	/// @throws Invalid where it is the cursor of another list
	static @Nullable Place of(@Nullable Cursor cursor) {
		if (cursor == null) {
			return null;
		}
		try {
			if (cursor.values().size() == PARTS) {
				return new Place(Integer.parseInt(cursor.values().get(0)), Integer.parseInt(cursor.values().get(1)),
						LocalDate.parse(cursor.values().get(2)), cursor.values().get(3));
			}
		}
		catch (NumberFormatException | DateTimeException ex) {
			// The same as a cursor of another length.
		}
		throw new Invalid("cursor", "malformed", "must be the next_cursor of an earlier page");
	}

	Cursor cursor() {
		return Cursor.of(this.tier, this.score, this.date, this.id);
	}

}
