package io.billwright.analytics.correction;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.summary.Span;

/// A set of events that replaces those of a customer in a stretch of time.
///
/// @param status what has become of it
/// @param scope what it replaces
/// @param reason in the words of whoever made it
/// @param createdBy `usr_...` or `key_...`
/// @param events how many it has
/// @param correction the change of the events that it was applied by; `null` of a draft
record Backfill(BackfillId id, Status status, Scope scope, String reason, String createdBy, Instant createdAt,
		long events, @Nullable UUID correction, @Nullable Instant appliedAt, @Nullable Instant revertedAt) {

	/// What has become of a backfill.
	enum Status {

		/// Takes events in, and has changed nothing.
		DRAFT,
		/// Its events count in the place of those before.
		APPLIED,
		/// Everything counts as it did before it.
		REVERTED

	}

	/// Whose events are replaced.
	///
	/// @param metric of the events; `null` for all
	record Scope(UUID customer, @Nullable String metric, Span span) {

		boolean covers(String metric, Instant timestamp) {
			return (this.metric == null || this.metric.equals(metric)) && !timestamp.isBefore(this.span.start())
					&& timestamp.isBefore(this.span.end());
		}

	}

	/// The same backfill.
	///
	/// @throws CorrectionFailure.WrongBackfillStatus where it is in another status
	Backfill require(Status expected) {
		if (this.status != expected) {
			throw new CorrectionFailure.WrongBackfillStatus(this.id, this.status, expected);
		}
		return this;
	}

}
