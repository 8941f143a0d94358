package io.billwright.user.ratelimit;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// A rate limit, `rl_...`.
record RateLimitId(UUID value) implements TypedId {

	static RateLimitId next() {
		return new RateLimitId(Ids.next());
	}

	@Override
	public String prefix() {
		return "rl";
	}

	@Override
	public String toString() {
		return text();
	}

}
