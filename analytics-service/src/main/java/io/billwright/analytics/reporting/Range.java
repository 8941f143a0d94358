package io.billwright.analytics.reporting;

import java.time.LocalDate;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Invalid;

/// The days a report covers, both included.
///
/// @param interval the periods it is split into
record Range(LocalDate from, LocalDate to, Interval interval) {

	/// Periods of one report.
	static final int PERIODS_LIMIT = 1_000;

	private static final int MONTHS_BY_DEFAULT = 12;

	/// @throws Invalid where it ends before it begins or has too many periods
	Range {
		if (to.isBefore(from)) {
			throw new Invalid("to", "out_of_range", "must not be before from");
		}
		if (interval.between(from, to) >= PERIODS_LIMIT) {
			throw new Invalid("from", "out_of_range", "must be at most " + PERIODS_LIMIT + " periods before to");
		}
	}

	/// What was asked for; by default twelve calendar months up to the given day.
	static Range of(@Nullable LocalDate from, @Nullable LocalDate to, Interval interval, LocalDate today) {
		LocalDate end = Optional.ofNullable(to).orElse(today);
		LocalDate begin = Optional.ofNullable(from)
				.orElseGet(() -> end.withDayOfMonth(1).minusMonths(MONTHS_BY_DEFAULT - 1));
		return new Range(begin, end, interval);
	}

}
