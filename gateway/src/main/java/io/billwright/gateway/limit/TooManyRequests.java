package io.billwright.gateway.limit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The caller's bucket is empty.
public final class TooManyRequests extends Failure {

	private final Duration retryAfter;

	TooManyRequests(Duration retryAfter) {
		super(Kind.RATE_LIMITED, "rate_limited",
				"Too many requests. Wait %d s and try again.".formatted(Charge.seconds(retryAfter)));
		this.retryAfter = retryAfter;
	}

	@Override
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

}
