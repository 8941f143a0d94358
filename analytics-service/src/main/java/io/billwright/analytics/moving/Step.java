package io.billwright.analytics.moving;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Shard;

/// A part of a move that has one source and one target: the customers of some places in the list of the organization's shards.
/// Every move is a sequence of these, and between two of them the organization is somewhere, like always.
///
/// @param move which it is a part of
/// @param before where the organization is
/// @param after the shards' numbers after the step
record Step(UUID move, UUID organization, Shard source, Shard target, Assignment before, List<Integer> after) {

	/// What a step changes.
	///
	/// @param after the whole list after it
	record Change(int source, int target, List<Integer> after) {}

	/// The next step on the way from one list to another; empty where both put every customer on the same shard.
	static Optional<Change> next(List<Integer> current, List<Integer> wanted) {
		int places = leastCommonMultiple(current.size(), wanted.size());
		List<Integer> from = repeat(current, places);
		List<Integer> to = repeat(wanted, places);
		return IntStream.range(0, places)
				.filter((place) -> !from.get(place).equals(to.get(place)))
				.boxed()
				.findFirst()
				.map((first) -> change(from, to, from.get(first), to.get(first)));
	}

	private static Change change(List<Integer> from, List<Integer> to, int source, int target) {
		List<Integer> after = new ArrayList<>(from);
		for (int place = 0; place < from.size(); place++) {
			if (from.get(place) == source && to.get(place) == target) {
				after.set(place, target);
			}
		}
		return new Change(source, target, List.copyOf(after));
	}

	private static List<Integer> repeat(List<Integer> list, int places) {
		return IntStream.range(0, places).mapToObj((place) -> list.get(place % list.size())).toList();
	}

	private static int leastCommonMultiple(int one, int other) {
		int multiple = one;
		while (multiple % other != 0) {
			multiple += one;
		}
		return multiple;
	}

	/// Whose customers move.
	Customers customers() {
		List<Integer> from = repeat(this.before.shards(), this.after.size());
		return new Customers(this.organization, this.after.size(), IntStream.range(0, this.after.size())
				.filter((place) -> !from.get(place).equals(this.after.get(place)))
				.boxed()
				.toArray(Integer[]::new));
	}

	/// Whether the target has other customers of the organization.
	boolean isJoining() {
		return this.before.shards().contains(this.target.number());
	}

	long version() {
		return this.before.version() + 1;
	}

	/// Where the organization is after the step.
	///
	/// @param countedUntil the moment up to which everything is counted that was accepted
	Assignment assignment(Instant countedUntil) {
		@Nullable
		Instant earlier = this.before.countedUntil();
		return new Assignment(this.after, version(),
				(earlier != null && earlier.isBefore(countedUntil)) ? earlier : countedUntil);
	}

	/// Some customers of an organization: those whose place in a list is one of the given ones.
	///
	/// @param places how many there are
	/// @param chosen which of them
	@SuppressWarnings("ArrayRecordComponent") // as the driver takes it
	record Customers(UUID organization, int places, Integer[] chosen) {

		/// A condition on a table, whose parameters are those from the given number on: see [#parameters].
		static String condition(String customer, int first) {
			return "organization_id = $%d AND usage_slot(%s, $%d) = ANY ($%d::integer[])".formatted(first, customer,
					first + 1, first + 2);
		}

		Object[] parameters(Object... others) {
			Object[] all = java.util.Arrays.copyOf(others, others.length + 3);
			all[others.length] = this.organization;
			all[others.length + 1] = this.places;
			all[others.length + 2] = this.chosen;
			return all;
		}

	}

}
