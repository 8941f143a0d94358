package io.billwright.analytics.closing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.summary.Span;

/// The figures of a customer's period as they were billed. A figure never changes; what has come since is billed beside it.
///
/// @param createdBy `usr_...` or `key_...`
record Closing(ClosingId id, UUID customer, Span span, String createdBy, Instant createdAt, List<Billed> figures) {

	Closing {
		figures = List.copyOf(figures);
	}

	/// A figure, exact. `null` where there is none, as the largest of no events.
	///
	/// @param definition what was counted; a meter that counts something else by now has no figure to compare with
	/// @param closed when the period was closed
	/// @param billed in all, with what was settled since
	record Billed(MeterId meter, UUID definition, @Nullable BigDecimal closed, @Nullable BigDecimal billed,
			@Nullable Instant settledAt) {}

}
