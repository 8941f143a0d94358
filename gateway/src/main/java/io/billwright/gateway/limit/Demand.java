package io.billwright.gateway.limit;

import java.util.List;

/// What is asked of a caller's buckets.
///
/// @param cost tokens without which the request is refused; 0 where no request waits
/// @param ahead tokens for requests to come, as many of them as there are
/// @param owed what is charged to each bucket in any case; empty for nothing
record Demand(Lease lease, int cost, int ahead, List<Double> owed) {

	double owed(int bucket) {
		return this.owed.isEmpty() ? 0 : this.owed.get(bucket);
	}

}
