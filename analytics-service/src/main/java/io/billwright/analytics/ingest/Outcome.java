package io.billwright.analytics.ingest;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;

/// What became of one event of a request.
///
/// @param key `null` where it has none that can be read
/// @param isKeyGenerated whether it is told here for the first time
/// @param problems of a rejected one, all of them
record Outcome(Status status, @Nullable String key, boolean isKeyGenerated, List<FieldError> problems) {

	/// What can become of an event.
	enum Status {

		/// Kafka has it. It is counted once.
		ACCEPTED,
		/// It will not be counted.
		REJECTED,
		/// An event with its key is known to be accepted; this one adds nothing.
		DUPLICATE

	}

	/// How many there are of each; a status that none has is not in it.
	static Map<Status, Integer> counts(List<Outcome> outcomes) {
		Map<Status, Integer> counts = new EnumMap<>(Status.class);
		outcomes.forEach((outcome) -> counts.merge(outcome.status(), 1, Integer::sum));
		return counts;
	}

	static Outcome accepted(Item.WellFormed event) {
		return new Outcome(Status.ACCEPTED, event.key(), event.isKeyGenerated(), List.of());
	}

	static Outcome duplicate(Item.WellFormed event) {
		return new Outcome(Status.DUPLICATE, event.key(), false, List.of());
	}

	static Outcome rejected(@Nullable String key, List<FieldError> problems) {
		return new Outcome(Status.REJECTED, key, false, problems);
	}

}
