package io.billwright.user.session;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a session or a token could not be given or taken.
public sealed abstract class SessionFailure extends Failure {

	private SessionFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// The store of the sessions does not answer. Nobody is logged in or out.
	public static final class StoreDown extends SessionFailure {

		private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

		StoreDown() {
			super(Kind.UNAVAILABLE, "sessions_unavailable", "Sessions cannot be reached right now. Try again shortly.");
		}

		@Override
		public @Nullable Duration retryAfter() {
			return RETRY_AFTER;
		}

	}

	/// The refresh token is unknown, expired, revoked or used already: one answer for all of them.
	public static final class RefreshRefused extends SessionFailure {

		/// One answer.
		public RefreshRefused() {
			super(Kind.UNAUTHENTICATED, "invalid_refresh_token", "This refresh token is not valid. Log in again.");
		}

	}

}
