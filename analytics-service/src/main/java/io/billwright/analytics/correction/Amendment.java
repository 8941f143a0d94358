package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// What an event should have been; what is `null` stays.
record Amendment(@Nullable BigDecimal quantity, @Nullable Instant timestamp,
		@Nullable Map<String, @Nullable Object> properties) {

	EventState apply(EventState event) {
		return new EventState(event.metric(), Objects.requireNonNullElse(this.quantity, event.quantity()),
				Objects.requireNonNullElse(this.timestamp, event.timestamp()),
				Objects.requireNonNullElse(this.properties, event.properties()), event.voidedAt());
	}

}
