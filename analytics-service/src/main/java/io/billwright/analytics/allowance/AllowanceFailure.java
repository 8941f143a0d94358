package io.billwright.analytics.allowance;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why an allowance could not be kept, or a balance not be told.
abstract sealed class AllowanceFailure extends Failure {

	private AllowanceFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// What a meter tells is nothing that is used up.
	static final class NotUsedUp extends AllowanceFailure {

		NotUsedUp(Aggregation aggregation) {
			super(Kind.UNPROCESSABLE, "aggregation_without_allowance",
					"Counts and sums are used up bit by bit, and can have allowances; '%s' is not."
							.formatted(aggregation.name().toLowerCase(java.util.Locale.ROOT)));
		}

	}

	/// The customer has as many allowances of the meter as it may.
	static final class TooMany extends AllowanceFailure {

		TooMany(int limit) {
			super(Kind.CONFLICT, "too_many_allowances",
					"A customer has at most %d allowances of one meter that have not been over for five years."
							.formatted(limit));
		}

	}

	/// What was voided is not ended any more.
	static final class Voided extends AllowanceFailure {

		Voided(AllowanceId id) {
			super(Kind.CONFLICT, "allowance_voided", "The allowance %s is voided.".formatted(id));
		}

	}

}
