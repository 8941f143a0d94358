package io.billwright.analytics.correction;

import java.util.Locale;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why usage is not corrected.
abstract sealed class CorrectionFailure extends Failure {

	private CorrectionFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// There is no such event, it is not counted yet, or it is too old to be corrected.
	static final class UnknownEvent extends CorrectionFailure {

		UnknownEvent(String key, long days) {
			super(Kind.NOT_FOUND, "not_found",
					"The customer has no counted event with the key '%s' that was accepted within %d days."
							.formatted(key, days));
		}

	}

	/// The event counts no more, so there is nothing to amend.
	static final class EventVoided extends CorrectionFailure {

		EventVoided(String key) {
			super(Kind.CONFLICT, "usage_event_voided",
					"The event '%s' is voided. Send what is right with another key.".formatted(key));
		}

	}

	/// The organization has as many drafts as it may.
	static final class TooManyBackfills extends CorrectionFailure {

		TooManyBackfills(int limit) {
			super(Kind.CONFLICT, "too_many_backfills",
					"An organization has at most %d drafts of backfills. Apply one or throw one away."
							.formatted(limit));
		}

	}

	/// A backfill has, or would replace, more events than one transaction should.
	static final class BackfillTooLarge extends CorrectionFailure {

		BackfillTooLarge(int limit) {
			super(Kind.CONFLICT, "backfill_too_large",
					"A backfill has and replaces at most %d events. Make several, of shorter ranges.".formatted(limit));
		}

	}

	/// Keys of a backfill belong to events that it does not replace.
	static final class KeysTaken extends CorrectionFailure {

		KeysTaken(long keys) {
			super(Kind.CONFLICT, "usage_keys_taken",
					"%d keys of the backfill belong to events that it does not replace.".formatted(keys));
		}

	}

	/// The backfill is a draft no more, or was never applied.
	static final class WrongBackfillStatus extends CorrectionFailure {

		WrongBackfillStatus(BackfillId id, Backfill.Status status, Backfill.Status expected) {
			super(Kind.CONFLICT, "backfill_wrong_status", "The backfill %s is %s and not %s.".formatted(id,
					status.name().toLowerCase(Locale.ROOT), expected.name().toLowerCase(Locale.ROOT)));
		}

	}

	/// A later backfill stands on what this one has changed.
	static final class BackfillSuperseded extends CorrectionFailure {

		BackfillSuperseded(BackfillId id) {
			super(Kind.CONFLICT, "backfill_superseded",
					"A backfill that was applied after %s replaces some of the same. Revert that one first."
							.formatted(id));
		}

	}

	/// The event is as the correction would make it, and no correction has made it so.
	static final class NothingToCorrect extends CorrectionFailure {

		NothingToCorrect(String key) {
			super(Kind.CONFLICT, "nothing_to_correct", "The event '%s' is like that already.".formatted(key));
		}

	}

}
