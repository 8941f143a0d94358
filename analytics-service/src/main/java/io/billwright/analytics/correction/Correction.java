package io.billwright.analytics.correction;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/// A change of an event that is counted, kept for ever.
///
/// @param key names the event
/// @param reason in the words of whoever corrected it
/// @param createdBy `usr_...` or `key_...`
/// @param before the event as it was; `null` where there was none
/// @param after the event as it became; `null` where there is none any more
record Correction(CorrectionId id, Type type, UUID customer, String key, String reason, String createdBy,
		Instant createdAt, @Nullable EventState before, @Nullable EventState after) {

	/// What is done to an event.
	enum Type {

		/// It counts no more.
		VOID,
		/// It counts as something else.
		AMEND,
		/// A backfill has replaced it, or made it.
		BACKFILL,
		/// It is what it was before a backfill.
		REVERT

	}

	/// What is to be done.
	///
	/// @param change `null` to void the event
	record Draft(UUID customer, String key, String reason, @Nullable Amendment change) {

		Type type() {
			return (this.change == null) ? Type.VOID : Type.AMEND;
		}

		/// What becomes of the event.
		EventState apply(EventState event, Instant now) {
			return (this.change == null) ? event.voided(now) : this.change.apply(event);
		}

	}

}
