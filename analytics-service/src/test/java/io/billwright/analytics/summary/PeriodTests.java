package io.billwright.analytics.summary;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.billwright.analytics.summary.Piece.Pieces;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PeriodTests {

	private static final Instant NOW = Instant.parse("2026-03-29T12:34:56Z");

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	@ParameterizedTest
	@CsvSource({"Europe/Berlin, 2026-03-29, 23", "Europe/Berlin, 2026-10-25, 25", "Europe/Berlin, 2026-06-01, 24",
		"America/New_York, 2026-03-08, 23", "America/New_York, 2026-11-01, 25", "Asia/Kolkata, 2026-03-29, 24"})
	void dayWhenClocksAreSetThenHasItsHours(ZoneId zone, String day, int hours) {
		assertThat(lengths(day, day, Granularity.DAY, zone)).containsExactly(Duration.ofHours(hours));
		assertThat(lengths(day, day, Granularity.HOUR, zone)).hasSize(hours).containsOnly(Duration.ofHours(1));
	}

	@Test
	void hourWhenClocksAreSetByHalfAnHourThenTwoAreShort() {
		ZoneId lordHowe = ZoneId.of("Australia/Lord_Howe");
		assertThat(lengths("2026-10-04", "2026-10-04", Granularity.DAY, lordHowe))
				.containsExactly(Duration.ofMinutes(23 * 60 + 30));
		assertThat(lengths("2026-10-04", "2026-10-04", Granularity.HOUR, lordHowe)).hasSize(24)
				.contains(Duration.ofMinutes(30));
		assertThat(lengths("2026-04-05", "2026-04-05", Granularity.HOUR, lordHowe)).hasSize(25)
				.contains(Duration.ofMinutes(30));
	}

	@Test
	void dayWhenClocksSkipMidnightThenBeginsWhenTheyDo() {
		ZoneId cairo = ZoneId.of("Africa/Cairo");
		Period period = period("2026-04-23", "2026-04-24", Granularity.DAY, cairo);
		assertThat(period.buckets()).extracting(Span::start)
				.containsExactly(Instant.parse("2026-04-22T22:00:00Z"), Instant.parse("2026-04-23T22:00:00Z"));
		assertThat(period.buckets()).extracting(Span::length)
				.containsExactly(Duration.ofHours(24), Duration.ofHours(23));
	}

	@Test
	void dayWhenTheZoneCrossedTheDateLineThenIsLeftOut() {
		assertThat(lengths("2011-12-29", "2011-12-31", Granularity.DAY, ZoneId.of("Pacific/Apia"))).hasSize(2)
				.containsOnly(Duration.ofHours(24));
	}

	@Test
	void monthWhenSplitThenFollowsTheZone() {
		assertThat(period("2026-03-15", "2026-05-02", Granularity.MONTH, BERLIN).buckets()).extracting(Span::start)
				.containsExactly(Instant.parse("2026-03-14T23:00:00Z"), Instant.parse("2026-03-31T22:00:00Z"),
						Instant.parse("2026-04-30T22:00:00Z"));
	}

	@Test
	void periodWhenNothingIsSaidThenIsTheMonthUpToToday() {
		assertThat(period(null, null, null, BERLIN).whole())
				.isEqualTo(span("2026-02-28T23:00:00Z", "2026-03-29T22:00:00Z"));
	}

	@Test
	void periodWhenGivenInInstantsThenTheLastIsNotIncluded() {
		assertThat(period("2026-03-01T00:00:00Z", "2026-03-01T01:00:00.5+01:00", null, BERLIN).whole())
				.isEqualTo(span("2026-03-01T00:00:00Z", "2026-03-01T00:00:00.5Z"));
		assertThat(period("2026-03-01T00:00:30Z", "2026-03-02", null, BERLIN).isOfWholeMinutes()).isFalse();
		assertThat(period("2026-03-01", "2026-03-02", Granularity.HOUR, BERLIN).isOfWholeMinutes()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({"2026-02-30, 2026-13-01, day, start_date;end_date", "2026-02-02, 2026-02-01, day, end_date",
		"2026-02-01T00:00:00Z, 2026-02-01T00:00:00Z, day, end_date", "2010-01-01, 2026-01-01, month, start_date",
		"2026-01-01, 2026-01-03, minute, granularity"})
	void periodWhenItCannotBeThenSaysWhatIsWrong(String start, String end, String granularity, String fields) {
		Granularity by = Granularity.valueOf(granularity.toUpperCase(java.util.Locale.ROOT));
		Invalid invalid = catchThrowableOfType(Invalid.class, () -> period(start, end, by, BERLIN));
		assertThat(invalid.fields()).extracting(FieldError::field).containsExactly(fields.split(";"));
	}

	@ParameterizedTest
	@EnumSource
	void piecesWhenPutTogetherThenAreEveryBucketOnce(Granularity granularity) {
		Random random = new Random(41);
		List<ZoneId> zones = List.of(BERLIN, ZoneId.of("Asia/Kolkata"), ZoneId.of("Asia/Kathmandu"),
				ZoneId.of("Australia/Lord_Howe"));
		for (int round = 0; round < 200; round++) {
			Instant start = NOW.plusMillis(random.nextInt(86_400_000));
			Instant end = start.plusMillis(1 + random.nextInt(86_400_000));
			Period period = period(start.toString(), end.toString(), granularity, zones.get(round % zones.size()));
			assertCovered(period.buckets(), Piece.of(period.buckets()));
		}
	}

	private static void assertCovered(List<Span> buckets, Pieces pieces) {
		assertThat(pieces.hours()).allMatch((piece) -> whole(piece, 3600));
		assertThat(pieces.minutes()).allMatch((piece) -> whole(piece, 60))
				.allMatch((piece) -> length(piece).compareTo(Duration.ofHours(2)) < 0);
		assertThat(pieces.edges()).allMatch((piece) -> length(piece).compareTo(Duration.ofMinutes(2)) < 0);
		List<Piece> all = java.util.stream.Stream.of(pieces.hours(), pieces.minutes(), pieces.edges())
				.flatMap(List::stream)
				.sorted(java.util.Comparator.comparing(Piece::from))
				.toList();
		Instant reached = buckets.getFirst().start();
		for (Piece piece : all) {
			assertThat(piece.from()).isEqualTo(reached);
			Span bucket = buckets.get(piece.at());
			assertThat(piece.from()).isBetween(bucket.start(), bucket.end());
			assertThat(piece.to()).isAfter(piece.from()).isBeforeOrEqualTo(bucket.end());
			reached = piece.to();
		}
		assertThat(reached).isEqualTo(buckets.getLast().end());
	}

	private static boolean whole(Piece piece, int seconds) {
		return (piece.from().toEpochMilli() % (seconds * 1000L) == 0)
				&& (piece.to().toEpochMilli() % (seconds * 1000L) == 0);
	}

	private static Duration length(Piece piece) {
		return Duration.between(piece.from(), piece.to());
	}

	private static List<Duration> lengths(String start, String end, Granularity granularity, ZoneId zone) {
		return period(start, end, granularity, zone).buckets().stream().map(Span::length).toList();
	}

	private static Period period(@Nullable String start, @Nullable String end, @Nullable Granularity granularity,
			ZoneId zone) {
		return Period.of(start, end, granularity, zone, NOW);
	}

	private static Span span(String start, String end) {
		return new Span(Instant.parse(start), Instant.parse(end));
	}

}
