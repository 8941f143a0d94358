package io.billwright.gateway.limit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The caller has as many requests in flight as it may have.
public final class TooManyInFlight extends Failure {

	TooManyInFlight(String policy) {
		super(Kind.RATE_LIMITED, "too_many_in_flight",
				"Too many requests at the same time (%s). Wait until one of them is answered.".formatted(policy));
	}

	/// Nobody knows when one will be answered; a second is a polite guess.
	@Override
	public @Nullable Duration retryAfter() {
		return Duration.ofSeconds(1);
	}

}
