package io.billwright.analytics.counting;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

import io.billwright.analytics.counting.Received.Countable;
import io.billwright.analytics.shard.Assignment;

/// A batch has records of customers that are not on its shard (any more). Nothing of it was counted.
final class Strays extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Map<Received, Integer> records;

	private final transient Map<UUID, Assignment> placements;

	/// @param records and the numbers of the shards that they are for
	/// @param placements by which that was decided
	Strays(Map<Received, Integer> records, Map<UUID, Assignment> placements) {
		super("records are for other shards", null, false, false);
		this.records = records;
		this.placements = placements;
	}

	Map<Received, Integer> records() {
		return this.records;
	}

	/// Which organizations are concerned, and the other shard.
	List<Claim> claims() {
		return this.records.entrySet()
				.stream()
				.map((stray) -> Map.entry(organization(stray.getKey()), stray.getValue()))
				.distinct()
				.map((stray) -> new Claim(stray.getKey(), stray.getValue(),
						Objects.requireNonNull(this.placements.get(stray.getKey()))))
				.collect(Collectors.toList());
	}

	private static UUID organization(Received record) {
		Countable countable = Objects.requireNonNull(record.countable());
		return countable.event().organization();
	}

	/// What this shard believes.
	///
	/// @param other the number of the shard that has customers of the organization according to it
	record Claim(UUID organization, int other, Assignment placement) {}

}
