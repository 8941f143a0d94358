package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What can change about an event.
///
/// @param voidedAt since when it counts no more; `null` where it counts
record EventState(String metric, BigDecimal quantity, Instant timestamp, Map<String, @Nullable Object> properties,
		@Nullable Instant voidedAt) {

	EventState voided(Instant now) {
		return new EventState(this.metric, this.quantity, this.timestamp, this.properties, now);
	}

}
