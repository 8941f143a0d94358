package io.billwright.analytics.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TimestampsTests {

	private static final Random RANDOM = new Random(20261121);

	private static final int TRIES = 200_000;

	@Test
	void timestampWhenWellFormedThenIsReadAsByJavaTime() {
		for (int i = 0; i < TRIES; i++) {
			String text = wellFormed();
			assertThat(Timestamps.parse(text)).as(text).isEqualTo(slow(text));
		}
	}

	/// One character of a good one is another one: the slow parser decides whether it is good still.
	@Test
	void timestampWhenAnyCharacterIsChangedThenIsReadOrRefusedAsByJavaTime() {
		String alphabet = "0123456789-:.TZtz+ x";
		for (int i = 0; i < TRIES; i++) {
			StringBuilder text = new StringBuilder(wellFormed());
			text.setCharAt(RANDOM.nextInt(text.length()), alphabet.charAt(RANDOM.nextInt(alphabet.length())));
			assertThat(fast(text.toString())).as(text.toString()).isEqualTo(slow(text.toString()));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {"2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2000-02-29T00:00:00Z", "2026-12-31T23:59:60Z", "2026-11-31T00:00:00Z", "0000-01-01T00:00:00Z",
		"2026-11-20T24:00:00Z", "2026-11-20T08:30:00.Z", "2026-11-20T08:30:00.1234567890Z", "2026-11-20T08:30:00",
		"2026-11-20T08:30:00+02:00", "2026-11-20T08:30:00.5-11:30", "2026-11-20t08:30:00z", "2026-11-20", "",
		"20261120T083000Z", "2026-11-20T08:30Z", "-2026-11-20T08:30:00Z", "１026-11-20T08:30:00Z"})
	void timestampWhenAtAnEdgeThenIsReadOrRefusedAsByJavaTime(String text) {
		assertThat(fast(text)).isEqualTo(slow(text));
	}

	@Test
	void timestampWhenFinerThanMicrosecondsThenIsCut() {
		assertThat(Timestamps.parse("2026-11-20T08:30:00.123456789Z"))
				.isEqualTo(Instant.parse("2026-11-20T08:30:00.123456Z"));
	}

	@Test
	void timestampWhenVeryLongThenIsRefusedUnread() {
		assertThatExceptionOfType(DateTimeException.class)
				.isThrownBy(() -> Timestamps.parse("2026-11-20T08:30:00." + "0".repeat(1_000_000) + "Z"));
	}

	private static String wellFormed() {
		Instant instant = Instant.ofEpochSecond(RANDOM.nextLong(-62_135_596_800L, 253_402_300_800L),
				RANDOM.nextInt(1_000_000_000));
		String text = instant.truncatedTo(switch (RANDOM.nextInt(4)) {
			case 0 -> ChronoUnit.SECONDS;
			case 1 -> ChronoUnit.MILLIS;
			case 2 -> ChronoUnit.MICROS;
			default -> ChronoUnit.NANOS;
		}).toString();
		return (RANDOM.nextInt(10) == 0) ? text.replace("Z", "+01:00") : text;
	}

	private static @Nullable Instant fast(String text) {
		try {
			return Timestamps.parse(text);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static @Nullable Instant slow(String text) {
		try {
			return Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
