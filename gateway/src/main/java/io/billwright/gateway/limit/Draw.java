package io.billwright.gateway.limit;

import java.util.List;

/// What was taken from a caller's buckets at once.
///
/// @param tokens from each, or 0 where there were not enough
/// @param levels the buckets afterwards
record Draw(int tokens, List<Level> levels) {

	Charge toCharge() {
		return new Charge(this.tokens > 0, this.levels);
	}

}
