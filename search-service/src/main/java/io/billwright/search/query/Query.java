package io.billwright.search.query;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What is looked for. An empty list stands for any value.
///
/// @param text as typed
record Query(String text, List<DocumentType> types, List<String> statuses, List<String> currencies,
		List<String> customers, @Nullable LocalDate dateFrom, @Nullable LocalDate dateTo,
		@Nullable BigDecimal amountFrom, @Nullable BigDecimal amountTo) {

	/// Characters.
	static final int TEXT_LIMIT = 200;

	/// Values of one kind.
	static final int VALUES_LIMIT = 20;

	/// Any thing that matches the text.
	static Query of(String text) {
		return new Query(text, List.of(), List.of(), List.of(), List.of(), null, null, null, null);
	}

}
