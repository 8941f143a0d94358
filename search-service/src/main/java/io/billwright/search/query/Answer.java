package io.billwright.search.query;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What the index answers.
///
/// @param hits best first, one more than a page shows where there are more
/// @param facets how many of the candidates have which type, status and currency
/// @param complete whether every match was a candidate
/// @param matched the folded words that matched, corrected ones too
record Answer(List<Hit> hits, Map<String, Map<String, Long>> facets, boolean complete, List<String> matched) {

	/// A match.
	///
	/// @param tier 4 exact, 3 prefix, 2 words, 1 words that are spelt alike
	/// @param score orders hits of one tier
	record Hit(DocumentType type, String id, String title, @Nullable String subtitle, @Nullable String status,
			@Nullable BigDecimal amount, @Nullable String currency, LocalDate date, int tier, int score) {}

}
