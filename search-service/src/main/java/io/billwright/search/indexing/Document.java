package io.billwright.search.indexing;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// One thing that can be found, as the table holds it.
///
/// @param id the thing's public id
/// @param version of the snapshot; a row of the same or a higher one stays
/// @param type `invoice`, `customer`, `product`, `price` or `user`
/// @param titleKey the title's folded words, for prefixes
/// @param date what the newest first goes by: the day of issue or of creation
/// @param lexemes what it is found by, see [Lexemes#places()]
/// @param words see [Lexemes#vocabulary()]
record Document(String id, long version, String type, String title, String titleKey, @Nullable String subtitle,
		@Nullable String status, @Nullable BigDecimal amount, @Nullable String currency, LocalDate date,
		Map<String, String> lexemes, List<String> words) {

	/// What stays of a removed thing: nothing to find, and the version that keeps older events out.
	static Document removed(String type, String id, long version, LocalDate date) {
		return new Document(id, version, type, "", "", null, null, null, null, date, Map.of(), List.of());
	}

}
