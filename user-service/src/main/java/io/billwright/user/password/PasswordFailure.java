package io.billwright.user.password;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a password could not be looked at.
public sealed abstract class PasswordFailure extends Failure {

	private PasswordFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// As many passwords as this process can hash are being hashed already.
	public static final class Busy extends PasswordFailure {

		private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

		Busy() {
			super(Kind.UNAVAILABLE, "logins_busy", "Too many logins at the same time. Try again in a moment.");
		}

		@Override
		public @Nullable Duration retryAfter() {
			return RETRY_AFTER;
		}

	}

}
