package io.billwright.gateway.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The caller, or its organization, has as many streams open as it may have.
public final class TooManyStreams extends Failure {

	/// @param owner whose they are
	TooManyStreams(String owner, int limit) {
		super(Kind.RATE_LIMITED, "too_many_streams",
				"The %s has %d streams open, which is as many as one may have. Close one of them."
						.formatted(owner, limit));
	}

	/// Nobody knows when one will be closed.
	@Override
	public @Nullable Duration retryAfter() {
		return Duration.ofSeconds(10);
	}

}
