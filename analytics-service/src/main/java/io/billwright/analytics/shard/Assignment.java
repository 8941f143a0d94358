package io.billwright.analytics.shard;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/// Where an organization is: each place in the list has an equal share of its customers.
///
/// @param shards their numbers; one may have several places
/// @param version grows with each change
/// @param countedUntil while events may still come by way of a shard that was left: every event accepted before it is counted;
/// `null` when none can
public record Assignment(List<Integer> shards, long version, @Nullable Instant countedUntil) {

	/// Copies what it is given.
	public Assignment {
		shards = List.copyOf(shards);
	}

	/// The number of the customer's shard.
	public int shardOf(UUID customer) {
		return this.shards.get(Math.floorMod(customer.hashCode(), this.shards.size()));
	}

	/// The shards' numbers, each once.
	public List<Integer> distinct() {
		return this.shards.stream().distinct().toList();
	}

}
