package io.billwright.analytics.allowance;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RecurrenceTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	@ParameterizedTest
	@CsvSource({"DAY, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
		"DAY, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
		"WEEK, 2026-03-29T21:59:59Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
		"MONTH, 2026-03-15T00:00:00Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
		"YEAR, 2026-12-31T23:00:00Z, 2026-12-31T23:00:00Z, 2027-12-31T23:00:00Z"})
	void periodWhenClocksAreSetThenIsThatOfTheCalendar(Recurrence every, Instant moment, Instant start, Instant end) {
		assertThat(every.startOf(moment, BERLIN)).isEqualTo(start);
		assertThat(every.endOf(moment, BERLIN)).isEqualTo(end);
	}

	/// St. John's set its clocks back at one minute past midnight until 2011, Samoa left a day out, Sao Paulo skipped midnight.
	@ParameterizedTest
	@CsvSource({"America/St_Johns, 2010-11-05T00:00:00Z", "Pacific/Apia, 2011-12-28T00:00:00Z",
		"America/Sao_Paulo, 2018-11-02T00:00:00Z", "Australia/Lord_Howe, 2026-04-03T00:00:00Z",
		"Asia/Kathmandu, 1985-12-30T00:00:00Z"})
	void periodsWhenTheZoneIsStrangeThenFollowEachOtherWithoutGapOrOverlap(ZoneId zone, Instant begin) {
		for (Recurrence every : Recurrence.values()) {
			for (Instant moment = begin; moment.isBefore(begin.plus(Duration.ofDays(6))); moment = moment
					.plus(Duration.ofMinutes(10))) {
				Instant start = every.startOf(moment, zone);
				Instant end = every.endOf(moment, zone);
				assertThat(moment).isBetween(start, end.minusNanos(1));
				assertThat(every.startOf(end, zone)).as("%s after %s", every, moment).isEqualTo(end);
				assertThat(every.endOf(start, zone)).as("%s of %s", every, moment).isEqualTo(end);
			}
		}
	}

	@Test
	void weekWhenItIsMondayThenBeginsOnThatDay() {
		Instant monday = Instant.parse("2026-11-23T00:00:00Z");
		assertThat(Recurrence.WEEK.startOf(monday, ZoneId.of("UTC"))).isEqualTo(monday);
		assertThat(Recurrence.WEEK.startOf(monday.minusNanos(1), ZoneId.of("UTC")))
				.isEqualTo(Instant.parse("2026-11-16T00:00:00Z"));
	}

}
