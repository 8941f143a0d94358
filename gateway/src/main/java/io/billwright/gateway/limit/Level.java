package io.billwright.gateway.limit;

import java.time.Duration;

/// A bucket's fill after a request.
///
/// @param policy the bucket's measures
/// @param tokens how many are left, with fractions
record Level(Policy policy, double tokens) {

	/// After which time there is a whole token again.
	Duration untilNext() {
		return this.policy.refill(1 - this.tokens);
	}

	/// After which time the bucket is full again.
	Duration untilFull() {
		return this.policy.refill(this.policy.burst() - this.tokens);
	}

}
