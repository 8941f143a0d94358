package io.billwright.analytics.alert;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.allowance.Recurrence;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.MeterId;

/// Levels of a meter's figure that somebody wants to be told of. Immutable and never edited: it can only be ended.
///
/// @param version 1 at creation, 2 when ended
/// @param customer whose figure; `null` for that of each customer
/// @param period of the figure, by the calendar in the customer's time zone
/// @param endedAt since when nothing is told any more
record Alert(AlertId id, long version, MeterId meter, @Nullable CustomerId customer, Recurrence period,
		List<Level> levels, @Nullable Instant endedAt, Instant createdAt, Instant updatedAt) {

	Alert {
		levels = List.copyOf(levels);
	}

	static Alert create(AlertId id, MeterId meter, @Nullable CustomerId customer, Recurrence period,
			List<Level> levels, Instant now) {
		return new Alert(id, 1, meter, customer, period, levels, null, now, now);
	}

	/// The alert that tells nothing more; the same one where it is over already.
	Alert end(Instant now) {
		return (this.endedAt != null)
				? this
				: new Alert(this.id, this.version + 1, this.meter, this.customer, this.period, this.levels, now,
						this.createdAt, now);
	}

}
