package io.billwright.search.indexing;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// One of the two slots of the index.
///
/// @param slot 0 or 1
/// @param state `active` answers searches, `building` is being filled by a rebuild, `idle` is empty
/// @param documents how many events the rebuild has handled so far
/// @param startedAt when the rebuild that filled it began; `null` for the slot that was there from the beginning
/// @param touchedAt when that rebuild last reported progress
/// @param publishedAt when it last began to answer searches
record Generation(int slot, String state, long documents, @Nullable Instant startedAt, @Nullable Instant touchedAt,
		@Nullable Instant publishedAt) {}
