package io.billwright.analytics.shard;

import java.util.List;
import java.util.UUID;

import reactor.core.publisher.Mono;

/// Every shard, and who is where.
public final class Shards {

	private final List<Shard> all;

	private final Assignments assignments;

	Shards(List<Shard> all, Assignments assignments) {
		this.all = List.copyOf(all);
		this.assignments = assignments;
	}

	/// In the order of their numbers.
	public List<Shard> all() {
		return this.all;
	}

	/// Where the usage of a customer is. An organization that is seen for the first time is given a shard.
	public Mono<Shard> of(UUID organization, UUID customer) {
		return this.assignments.of(organization)
				.map((numbers) -> this.all.get(numbers.get(Math.floorMod(customer.hashCode(), numbers.size()))));
	}

	/// Where the usage of an organization's customers is: one shard, or several for a very large organization.
	public Mono<List<Shard>> of(UUID organization) {
		return this.assignments.of(organization)
				.map((numbers) -> numbers.stream().map(this.all::get).toList());
	}

}
