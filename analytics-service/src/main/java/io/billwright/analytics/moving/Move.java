package io.billwright.analytics.moving;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;

/// An operator's wish that an organization be on other shards.
///
/// @param before the shards' numbers when it was made
/// @param after what they are to be
/// @param cutOvers steps that are made
/// @param rows that were copied, again after each failure
/// @param problem why it does not go on at the moment; `null` when it does
record Move(UUID id, OrganizationId organization, List<Integer> before, List<Integer> after, State state,
		int cutOvers, long rows, @Nullable Instant settlesAt, int hops, @Nullable String problem, String requestedBy,
		Instant requestedAt, @Nullable Instant endedAt) {

	/// In which order it goes on.
	enum State {

		/// Until moves before it have cut over.
		WAITING, COPYING,
		/// It cannot be cancelled at this moment.
		CUTTING_OVER,
		/// Until no event can come by way of a shard that was left.
		SETTLING,
		/// What was left is deleted.
		CLEARING, DONE, CANCELLING, CANCELLED

	}

}
