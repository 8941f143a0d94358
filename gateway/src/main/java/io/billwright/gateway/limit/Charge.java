package io.billwright.gateway.limit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The outcome of taking a token from each of a caller's buckets: from all or from none.
///
/// @param allowed whether every bucket had one
/// @param levels the buckets afterwards
record Charge(boolean allowed, List<Level> levels) {

	/// The limits, as draft-ietf-httpapi-ratelimit-headers-11 has `RateLimit-Policy`: a list of structured field items.
	String limits() {
		return list((level) -> "\"%s\";q=%d;w=%d".formatted(level.policy().name(), level.policy().requests(),
				seconds(level.policy().window())));
	}

	/// What is left of them, as the same draft has `RateLimit`.
	String left() {
		return list((level) -> "\"%s\";r=%d;t=%d".formatted(level.policy().name(), (long) Math.max(0, level.tokens()),
				seconds(level.untilFull())));
	}

	/// After which time a request would be let through.
	Duration retryAfter() {
		return this.levels.stream().map(Level::untilNext).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
	}

	private String list(Function<Level, String> item) {
		return this.levels.stream().map(item).collect(Collectors.joining(", "));
	}

	/// Whole seconds, rounded up: a client that waits that long is not refused again.
	static long seconds(Duration duration) {
		return (duration.toMillis() + 999) / 1000;
	}

}
