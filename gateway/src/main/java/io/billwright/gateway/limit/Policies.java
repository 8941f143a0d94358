package io.billwright.gateway.limit;

import java.util.List;
import java.util.stream.Collectors;

/// Limits that a request is charged to together: to all of them or to none.
///
/// @param all in the order in which they are told
/// @param told of them in every answer: `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-11 has it
/// @param lease how many tokens an instance may draw at once; 1 where each request must be counted where all instances
/// see it
record Policies(List<Policy> all, String told, int lease) {

	static Policies of(List<Policy> policies) {
		return new Policies(List.copyOf(policies),
				policies.stream()
						.map((policy) -> "\"%s\";q=%d;w=%d".formatted(policy.name(), policy.requests(),
								Charge.seconds(policy.window())))
						.collect(Collectors.joining(", ")),
				policies.stream().mapToInt(Policy::lease).min().orElse(1));
	}

	/// What tells the buckets of one caller apart.
	String name() {
		return this.all.getLast().name();
	}

}
