package io.billwright.analytics.closing;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a period is not closed or settled.
abstract sealed class ClosingFailure extends Failure {

	private ClosingFailure(String code, String detail) {
		super(Kind.CONFLICT, code, detail);
	}

	/// A meter's figure of some of that time is closed, and would be adjusted twice.
	static final class Overlapping extends ClosingFailure {

		Overlapping() {
			super("period_closed", "One of the meters is closed for some of that time already.");
		}

	}

	/// A meter still counts events from before it was made.
	static final class Incomplete extends ClosingFailure {

		Incomplete() {
			super("figures_incomplete", "A meter still counts events from before it was made. Try again in a moment.");
		}

	}

	/// The figure is not, or not any more, what was to be settled.
	static final class FigureChanged extends ClosingFailure {

		FigureChanged(String metric) {
			super("figure_changed",
					"The figure of %s is another one by now. Read the adjustments again.".formatted(metric));
		}

	}

}
