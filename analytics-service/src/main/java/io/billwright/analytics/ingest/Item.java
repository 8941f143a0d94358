package io.billwright.analytics.ingest;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;

/// One event of a request, as far as it can be judged by itself.
sealed interface Item {

	/// The key that names it; `null` where it has none that can be read.
	@Nullable
	String key();

	/// Whether the key was made here.
	boolean isKeyGenerated();

	/// A well-formed event.
	///
	/// @param customer `cus_...` or the organization's own id
	/// @param properties of which the values are [String], [BigDecimal] or [Boolean]
	record WellFormed(String key, boolean isKeyGenerated, String customer, String metric, BigDecimal quantity,
			Instant timestamp, Map<String, @Nullable Object> properties) implements Item {}

	/// One that cannot be accepted.
	///
	/// @param problems all of them, at least one
	record Malformed(@Nullable String key, List<FieldError> problems) implements Item {

		public Malformed {
			problems = List.copyOf(problems);
		}

		static Malformed of(@Nullable String key, String field, String code, String message) {
			return new Malformed(key, List.of(new FieldError(field, code, message)));
		}

		@Override
		public boolean isKeyGenerated() {
			return false;
		}

	}

}
