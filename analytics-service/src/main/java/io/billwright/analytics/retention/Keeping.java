package io.billwright.analytics.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/// Which months of acceptance are kept.
///
/// @param months whole ones before the current one
record Keeping(int months) {

	/// Whether the events of the month may go.
	boolean isDue(YearMonth month, Instant now) {
		return !now.isBefore(dueSince(month));
	}

	Instant dueSince(YearMonth month) {
		return start(month.plusMonths(this.months + 1L));
	}

	/// For how long the month has been due; nothing where it is not.
	Duration overdue(YearMonth month, Instant now) {
		return isDue(month, now) ? Duration.between(dueSince(month), now) : Duration.ZERO;
	}

	/// When the month is over.
	static Instant end(YearMonth month) {
		return start(month.plusMonths(1));
	}

	private static Instant start(YearMonth month) {
		return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
	}

}
