package io.billwright.gateway.limit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The caller's bucket is empty.
public final class TooManyRequests extends Failure {

	private final Duration retryAfter;

	/// @param policy the limit that takes longest to allow it
	TooManyRequests(String policy, Duration retryAfter) {
		super(Kind.RATE_LIMITED, "rate_limited",
				"Too many requests (%s). Wait %d s and try again.".formatted(policy, seconds(retryAfter)));
		this.retryAfter = retryAfter;
	}

	@Override
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	/// Whole seconds, rounded up: a client that waits that long is not refused again.
	private static long seconds(Duration duration) {
		return Math.max(1, (duration.toMillis() + 999) / 1000);
	}

}
