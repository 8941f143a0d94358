package io.billwright.search.query;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// What is looked for. An empty list stands for any value.
///
/// @param text as typed
record Query(String text, List<DocumentType> types, List<String> statuses, List<String> currencies,
		List<String> customers, @Nullable LocalDate dateFrom, @Nullable LocalDate dateTo,
		@Nullable BigDecimal amountFrom, @Nullable BigDecimal amountTo) {

	/// Characters.
	static final int TEXT_LIMIT = 200;

	private static final int VALUES_LIMIT = 20;

	/// @throws Invalid naming every problem
	Query {
		List<FieldError> errors = new ArrayList<>();
		if (text.isBlank()) {
			errors.add(new FieldError("q", "required", "must not be blank"));
		}
		if (text.length() > TEXT_LIMIT) {
			errors.add(new FieldError("q", "size", "must have at most " + TEXT_LIMIT + " characters"));
		}
		checkSize("type", types, errors);
		checkSize("status", statuses, errors);
		checkSize("currency", currencies, errors);
		checkSize("customer_id", customers, errors);
		if ((dateFrom != null) && (dateTo != null) && dateTo.isBefore(dateFrom)) {
			errors.add(new FieldError("date_to", "out_of_range", "must not be before date_from"));
		}
		if ((amountFrom != null) && (amountTo != null) && (amountTo.compareTo(amountFrom) < 0)) {
			errors.add(new FieldError("amount_to", "out_of_range", "must not be less than amount_from"));
		}
		if (!errors.isEmpty()) {
			throw new Invalid(errors);
		}
	}

	/// Any thing that matches the text.
	static Query of(String text) {
		return new Query(text, List.of(), List.of(), List.of(), List.of(), null, null, null, null);
	}

	private static void checkSize(String field, List<?> values, List<FieldError> errors) {
		if (values.size() > VALUES_LIMIT) {
			errors.add(new FieldError(field, "size", "must have at most " + VALUES_LIMIT + " values"));
		}
	}

}
