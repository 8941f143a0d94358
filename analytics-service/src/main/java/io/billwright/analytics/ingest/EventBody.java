package io.billwright.analytics.ingest;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// Reads events that are not to be counted at once, in the forms in which events are sent. All of a body are good, or none is
/// taken.
public final class EventBody {

	/// Problems of one body that are told.
	private static final int PROBLEMS_LIMIT = 100;

	private EventBody() {
	}

	/// A well-formed event.
	///
	/// @param customer `cus_...` or the organization's own id
	public record Event(String key, String customer, String metric, BigDecimal quantity, Instant timestamp,
			Map<String, @Nullable Object> properties) {}

	/// The events, no two of which have the same key.
	///
	/// @param lines whether there is one on each line, and no document
	/// @param past how far back a timestamp may lie
	/// @throws Invalid naming the problems by the events' places, from 0, as `[17].quantity`
	public static List<Event> read(byte[] body, boolean lines, Instant now, Duration past) {
		List<Item> items = new EventReader(lines ? Form.LINES : Form.JSON, true, now, () -> "", past).read(body);
		List<FieldError> problems = new ArrayList<>();
		List<Event> events = new ArrayList<>(items.size());
		Set<String> keys = new HashSet<>();
		for (int index = 0; index < items.size() && problems.size() < PROBLEMS_LIMIT; index++) {
			String place = "[" + index + "].";
			switch (items.get(index)) {
				case Item.Malformed malformed -> malformed.problems()
						.forEach((problem) -> problems.add(
								new FieldError(place + problem.field(), problem.code(), problem.message())));
				case Item.WellFormed event when event.isKeyGenerated() ->
					problems.add(new FieldError(place + "idempotency_key", "required", "must be given"));
				case Item.WellFormed event when !keys.add(event.key()) ->
					problems.add(new FieldError(place + "idempotency_key", "not_unique", "is in the body twice"));
				case Item.WellFormed event -> events.add(new Event(event.key(), event.customer(), event.metric(),
						event.quantity(), event.timestamp(), event.properties()));
			}
		}
		if (!problems.isEmpty()) {
			throw new Invalid(problems.subList(0, Math.min(problems.size(), PROBLEMS_LIMIT)));
		}
		return events;
	}

}
