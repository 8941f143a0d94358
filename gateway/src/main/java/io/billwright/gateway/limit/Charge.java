package io.billwright.gateway.limit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// The outcome of taking a token from each of a caller's buckets: from all or from none.
///
/// @param allowed whether every bucket had one
/// @param levels the buckets afterwards
record Charge(boolean allowed, List<Level> levels) {

	/// What is left, as draft-ietf-httpapi-ratelimit-headers-11 has `RateLimit`: a list of structured field items.
	String left() {
		StringBuilder list = new StringBuilder(40 * this.levels.size());
		for (Level level : this.levels) {
			list.append(list.isEmpty() ? "\"" : ", \"")
					.append(level.policy().name())
					.append("\";r=")
					.append((long) Math.max(0, level.tokens()))
					.append(";t=")
					.append(seconds(level.untilFull()));
		}
		return list.toString();
	}

	/// After which time a request would be let through.
	Duration retryAfter() {
		return this.levels.stream().map(Level::untilNext).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
	}

	/// Whole seconds, rounded up: a client that waits that long is not refused again.
	static long seconds(Duration duration) {
		return (duration.toMillis() + 999) / 1000;
	}

}
