package io.billwright.analytics.summary;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// How long the buckets of an answer are, by the clock and the calendar of a time zone: a day has 23 hours when clocks go
/// forward and 25 when they go back, and the hour that is lived through twice is two buckets.
enum Granularity {

	MINUTE, HOUR, DAY, MONTH;

	/// The buckets of a span; the first and the last may be cut off by it.
	///
	/// @param limit after so many and one more it is given up
	List<Span> split(Span whole, ZoneId zone, int limit) {
		List<Span> buckets = new ArrayList<>();
		for (Instant start = whole.start(); start.isBefore(whole.end()) && (buckets.size() <= limit);) {
			Instant next = next(start, zone);
			Instant end = next.isBefore(whole.end()) ? next : whole.end();
			buckets.add(new Span(start, end));
			start = end;
		}
		return buckets;
	}

	private Instant next(Instant moment, ZoneId zone) {
		return switch (this) {
			case MINUTE -> nextTurn(moment, zone, ChronoUnit.MINUTES);
			case HOUR -> nextTurn(moment, zone, ChronoUnit.HOURS);
			case DAY -> nextStart(moment, LocalDate.ofInstant(moment, zone).plusDays(1), zone);
			case MONTH -> nextStart(moment, LocalDate.ofInstant(moment, zone).withDayOfMonth(1).plusMonths(1), zone);
		};
	}

	/// When the clock next shows a whole one, or is set.
	private static Instant nextTurn(Instant moment, ZoneId zone, ChronoUnit unit) {
		ZoneOffset offset = zone.getRules().getOffset(moment);
		Instant turn = moment.atOffset(offset).truncatedTo(unit).plus(1, unit).toInstant();
		@Nullable
		ZoneOffsetTransition set = zone.getRules().nextTransition(moment);
		return ((set != null) && set.getInstant().isBefore(turn)) ? set.getInstant() : turn;
	}

	/// When the day begins: with the first of two midnights, and where clocks skip midnight, when they do. A zone that crossed
	/// the date line has no such day at all, which then begins with the next.
	private static Instant nextStart(Instant moment, LocalDate day, ZoneId zone) {
		ZonedDateTime start = day.atStartOfDay(zone);
		return start.toInstant().isAfter(moment) ? start.toInstant() : nextStart(moment, day.plusDays(1), zone);
	}

}
