package io.billwright.platform.idempotency;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a repeated write is not answered with the first answer.
public abstract sealed class IdempotencyFailure extends Failure {

	private IdempotencyFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// The key is empty, too long or has characters beyond printable ASCII.
	public static final class MalformedKey extends IdempotencyFailure {

		MalformedKey() {
			super(Kind.INVALID, "idempotency_key_malformed",
					"Idempotency-Key must be 1 to 255 printable ASCII characters.");
		}

	}

	/// The key was used with another request.
	public static final class KeyReused extends IdempotencyFailure {

		KeyReused() {
			super(Kind.UNPROCESSABLE, "idempotency_key_reused",
					"This Idempotency-Key was used with another request. Use a new key for a new request.");
		}

	}

	/// The first request with the key is still running.
	public static final class InProgress extends IdempotencyFailure {

		InProgress() {
			super(Kind.CONFLICT, "idempotency_key_in_progress",
					"The first request with this Idempotency-Key is still running. Retry in a moment.");
		}

		@Override
		public @Nullable Duration retryAfter() {
			return Duration.ofSeconds(1);
		}

	}

}
