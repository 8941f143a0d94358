package io.billwright.analytics.alert;

import java.util.Locale;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why an alert could not be made.
abstract sealed class AlertFailure extends Failure {

	private AlertFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// What a meter tells does not grow over a period.
	static final class Unsteady extends AlertFailure {

		Unsteady(Aggregation aggregation) {
			super(Kind.UNPROCESSABLE, "aggregation_without_alert",
					"Counts, sums, unique counts and largest values reach levels; '%s' does not."
							.formatted(aggregation.name().toLowerCase(Locale.ROOT)));
		}

	}

	/// The organization has as many alerts as it may.
	static final class TooMany extends AlertFailure {

		TooMany(int limit) {
			super(Kind.CONFLICT, "too_many_alerts",
					"An organization has at most %d active alerts. End one first.".formatted(limit));
		}

	}

}
