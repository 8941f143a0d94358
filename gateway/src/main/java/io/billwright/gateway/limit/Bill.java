package io.billwright.gateway.limit;

import java.util.List;
import java.util.stream.Collectors;

/// What a request is charged to: to every limit that is enforced, or to none.
///
/// @param leases with one tag in common
/// @param told of the limits in every answer: `RateLimit-Policy`
record Bill(List<Lease> leases, String told) {

	static Bill of(List<Lease> leases) {
		return new Bill(List.copyOf(leases),
				leases.stream()
						.map(Lease::policies)
						.filter((policies) -> !policies.dryRun())
						.map(Policies::told)
						.collect(Collectors.joining(", ")));
	}

	/// What is left of each limit: `RateLimit`.
	String left(long now) {
		StringBuilder list = new StringBuilder(48 * this.leases.size());
		for (Lease lease : this.leases) {
			if (!lease.policies().dryRun()) {
				lease.tell(list, now);
			}
		}
		return list.toString();
	}

}
