package io.billwright.analytics.allowance;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/// How often an allowance is granted anew: with each day, week (from Monday on), month or year of a calendar.
public enum Recurrence {

	DAY(ChronoUnit.DAYS), WEEK(ChronoUnit.WEEKS), MONTH(ChronoUnit.MONTHS), YEAR(ChronoUnit.YEARS);

	private final ChronoUnit unit;

	Recurrence(ChronoUnit unit) {
		this.unit = unit;
	}

	/// The beginning of the period that the moment lies in.
	public Instant startOf(Instant moment, ZoneId zone) {
		LocalDate first = firstDay(LocalDate.ofInstant(moment, zone));
		// Where clocks are set back over midnight, the day before is shown again after the new one has begun.
		Instant next = begin(first.plus(1, this.unit), zone);
		return next.isAfter(moment) ? begin(first, zone) : next;
	}

	/// The end of the period that the moment lies in, which is the beginning of the next.
	public Instant endOf(Instant moment, ZoneId zone) {
		LocalDate next = firstDay(LocalDate.ofInstant(moment, zone)).plus(1, this.unit);
		Instant end = begin(next, zone);
		return end.isAfter(moment) ? end : begin(next.plus(1, this.unit), zone);
	}

	private LocalDate firstDay(LocalDate day) {
		return switch (this) {
			case DAY -> day;
			case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
			case MONTH -> day.withDayOfMonth(1);
			case YEAR -> day.withDayOfYear(1);
		};
	}

	/// With the first of two midnights, and where clocks skip midnight, when they do.
	private static Instant begin(LocalDate day, ZoneId zone) {
		return day.atStartOfDay(zone).toInstant();
	}

}
