package io.billwright.analytics.retention;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// The events that a shard has accepted in a month.
///
/// @param events how many; of those that are present an estimate of PostgreSQL's, `null` where it has none yet
/// @param bytes on disk with indexes, or of the archive
/// @param archive the name of the archive; `null` without
/// @param digest SHA-256 of what is archived, not compressed, in hexadecimal digits
/// @param changed whether it has been changed since it was restored
/// @param since when it came into the state
/// @param keptUntil until when a restored one stays
record UsageMonth(YearMonth month, State state, @Nullable Long events, @Nullable Long bytes, @Nullable String archive,
		@Nullable String digest, boolean changed, @Nullable Instant since, @Nullable Instant keptUntil) {

	/// Where the events are.
	enum State {

		/// In the shard, and more may come.
		PRESENT,
		/// In the shard; nothing of it is changed any more.
		ARCHIVING,
		/// In the archive.
		ARCHIVED,
		/// In both.
		RESTORED,
		/// Nowhere.
		DROPPED;

		static State of(String text) {
			return valueOf(text.toUpperCase(Locale.ROOT));
		}

	}

}
