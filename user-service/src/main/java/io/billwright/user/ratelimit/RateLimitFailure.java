package io.billwright.user.ratelimit;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a rate limit is not set.
sealed abstract class RateLimitFailure extends Failure {

	private RateLimitFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// There is one for the same subject, and it is the same in being tried out or enforced.
	static final class Exists extends RateLimitFailure {

		Exists() {
			super(Kind.CONFLICT, "rate_limit_exists",
					"There is a rate limit for this plan, organization or API key already. Change that one.");
		}

	}

}
