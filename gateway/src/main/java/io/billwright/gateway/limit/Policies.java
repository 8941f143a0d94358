package io.billwright.gateway.limit;

import java.util.List;
import java.util.stream.Collectors;

import io.billwright.platform.quota.Quota;

/// The windows of one limit. A request is charged to all of them or to none.
///
/// @param name of the limit, also in metrics
/// @param all a bucket for each window
/// @param told in every answer: `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-11 has it
/// @param lease how many tokens an instance may draw at once; 1 where each request must be counted where all instances
/// see it
/// @param dryRun whether the limit is only tried out: what it would refuse is counted and let through, and clients do not
/// hear of it
record Policies(String name, List<Policy> all, String told, int lease, boolean dryRun) {

	static Policies of(String name, Quota quota, boolean dryRun) {
		boolean single = quota.windows().size() == 1;
		return of(name, quota.windows()
				.stream()
				.map((window) -> Policy.of(single ? name : name + '-' + window.length(), window))
				.toList(), dryRun);
	}

	static Policies of(String name, List<Policy> all, boolean dryRun) {
		return new Policies(name, all,
				all.stream()
						.map((policy) -> "\"%s\";q=%d;w=%d".formatted(policy.name(), policy.requests(),
								policy.window().toSeconds()))
						.collect(Collectors.joining(", ")),
				all.stream().mapToInt(Policy::lease).min().orElse(1), dryRun);
	}

}
