package io.billwright.gateway.limit;

import java.time.Duration;

/// A token bucket's measures: a request takes one token, tokens flow in evenly.
///
/// @param name as told in the headers
/// @param requests how many tokens flow in per window, at least 1
/// @param window the time in which they do
/// @param burst how many tokens the bucket holds, at least 1
record Policy(String name, int requests, Duration window, int burst) {

	Policy {
		if (requests < 1 || burst < 1 || window.toMillis() < 1) {
			throw new IllegalArgumentException(
					"billwright.gateway.limits: '%s' needs requests and burst of at least 1 and a window of at least 1 ms"
							.formatted(name));
		}
	}

	/// Tokens flowing in per millisecond.
	double rate() {
		return (double) this.requests / this.window.toMillis();
	}

	/// How long a bucket takes from one fill to another.
	Duration refill(double missingTokens) {
		return Duration.ofMillis((long) Math.ceil(Math.max(0, missingTokens) / rate()));
	}

}
