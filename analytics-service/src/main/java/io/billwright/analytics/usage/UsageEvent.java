package io.billwright.analytics.usage;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/// Something that a customer has used, as accepted. Times are whole microseconds, as PostgreSQL keeps them.
///
/// @param live live or test mode of the organization
/// @param metric what was used; meters choose by it
/// @param key unique among the events of the organization's mode: of several events with the same key one is counted
/// @param quantity how much
/// @param timestamp when it was used, which decides the period it counts in
/// @param acceptedAt when the platform took responsibility for it
/// @param properties whatever else is known: texts, [BigDecimal]s, booleans, lists and maps of such, or null
public record UsageEvent(UUID organization, boolean live, UUID customer, String metric, String key, BigDecimal quantity,
		Instant timestamp, Instant acceptedAt, Map<String, @Nullable Object> properties) {

	/// How far ahead a timestamp may lie, for clocks that are fast.
	public static final Duration FUTURE_LIMIT = Duration.ofMinutes(5);

}
