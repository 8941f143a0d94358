package io.billwright.analytics.reporting;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/// How long the periods of a report are.
enum Interval {

	DAY(ChronoUnit.DAYS), WEEK(ChronoUnit.WEEKS), MONTH(ChronoUnit.MONTHS), YEAR(ChronoUnit.YEARS);

	private final ChronoUnit unit;

	Interval(ChronoUnit unit) {
		this.unit = unit;
	}

	/// How many whole periods lie between two days.
	long between(LocalDate from, LocalDate to) {
		return this.unit.between(from, to);
	}

}
