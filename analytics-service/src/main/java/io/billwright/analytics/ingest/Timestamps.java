package io.billwright.analytics.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Reads RFC 3339 timestamps. The form that nearly all clients send, `2026-11-20T08:30:00Z` with or without a fraction, is
/// read without `java.time`'s formatters, of which one costs as much as all the rest of an event.
final class Timestamps {

	private static final int SECONDS_LENGTH = "2026-11-20T08:30:00".length();

	private static final int FRACTION_LIMIT = 9;

	/// The longest text that is looked at: a fraction of nine digits and an offset.
	private static final int LENGTH_LIMIT = 35;

	private Timestamps() {
	}

	/// The instant, to the microsecond, as PostgreSQL keeps it.
	///
	/// @throws DateTimeException where it is no timestamp with an offset
	static Instant parse(String text) {
		if (text.length() > LENGTH_LIMIT) {
			throw new DateTimeException("too long");
		}
		long day = isUtc(text) ? epochDay(text) : Long.MIN_VALUE;
		int second = (day != Long.MIN_VALUE) ? secondOfDay(text) : -1;
		int nanos = (second >= 0) ? nanos(text) : -1;
		return (nanos >= 0)
				? Instant.ofEpochSecond(day * 86_400 + second, nanos / 1_000 * 1_000L)
				: Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
	}

	private static boolean isUtc(String text) {
		int last = text.length() - 1;
		return (last >= SECONDS_LENGTH) && (text.charAt(last) == 'Z') && (text.charAt(4) == '-')
				&& (text.charAt(7) == '-') && (text.charAt(10) == 'T') && (text.charAt(13) == ':')
				&& (text.charAt(16) == ':');
	}

	/// The smallest `long` where the date needs a closer look.
	private static long epochDay(String text) {
		int year = digits(text, 0, 4);
		int month = digits(text, 5, 7);
		int day = digits(text, 8, 10);
		if ((year < 1) || (month < 1) || (month > 12) || (day < 1) || (day > lengthOf(year, month))) {
			return Long.MIN_VALUE;
		}
		// Howard Hinnant, "days_from_civil": years begin in March, so that the leap day is the last one.
		int shifted = (month <= 2) ? year - 1 : year;
		int era = shifted / 400;
		int yearOfEra = shifted - era * 400;
		int dayOfYear = (153 * (month + ((month > 2) ? -3 : 9)) + 2) / 5 + day - 1;
		int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
		return era * 146_097L + dayOfEra - 719_468;
	}

	private static int lengthOf(int year, int month) {
		return switch (month) {
			case 2 -> ((year % 4 == 0) && ((year % 100 != 0) || (year % 400 == 0))) ? 29 : 28;
			case 4, 6, 9, 11 -> 30;
			default -> 31;
		};
	}

	/// -1 where the time needs a closer look, such as a leap second.
	private static int secondOfDay(String text) {
		int hour = digits(text, 11, 13);
		int minute = digits(text, 14, 16);
		int second = digits(text, 17, 19);
		boolean plain = (hour >= 0) && (hour < 24) && (minute >= 0) && (minute < 60) && (second >= 0) && (second < 60);
		return plain ? hour * 3600 + minute * 60 + second : -1;
	}

	private static int nanos(String text) {
		int end = text.length() - 1;
		if (end == SECONDS_LENGTH) {
			return 0;
		}
		int length = end - SECONDS_LENGTH - 1;
		if ((text.charAt(SECONDS_LENGTH) != '.') || (length < 1) || (length > FRACTION_LIMIT)) {
			return -1;
		}
		int nanos = digits(text, SECONDS_LENGTH + 1, end);
		for (int i = length; (nanos > 0) && (i < FRACTION_LIMIT); i++) {
			nanos *= 10;
		}
		return nanos;
	}

	/// At most nine of them, or -1.
	private static int digits(String text, int from, int to) {
		int value = 0;
		for (int i = from; i < to; i++) {
			int digit = text.charAt(i) - '0';
			if ((digit < 0) || (digit > 9)) {
				return -1;
			}
			value = value * 10 + digit;
		}
		return value;
	}

}
