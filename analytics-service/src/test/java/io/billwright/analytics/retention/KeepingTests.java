package io.billwright.analytics.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KeepingTests {

	private static final Keeping YEAR = new Keeping(13);

	@Test
	void monthWhenAsManyAreKeptAfterItThenIsDueWithTheNextOne() {
		Instant last = Instant.parse("2026-10-31T23:59:59.999999Z");
		assertThat(YEAR.isDue(YearMonth.of(2025, 9), last)).isFalse();
		assertThat(YEAR.isDue(YearMonth.of(2025, 8), last)).isTrue();
		assertThat(YEAR.isDue(YearMonth.of(2025, 9), Instant.parse("2026-11-01T00:00:00Z"))).isTrue();
		assertThat(YEAR.isDue(YearMonth.of(2025, 10), Instant.parse("2026-11-30T00:00:00Z"))).isFalse();
	}

	@Test
	void monthWhenDueThenTellsForHowLong() {
		Instant now = Instant.parse("2026-11-02T06:00:00Z");
		assertThat(YEAR.overdue(YearMonth.of(2025, 9), now)).isEqualTo(Duration.ofHours(30));
		assertThat(YEAR.overdue(YearMonth.of(2025, 10), now)).isZero();
	}

	/// Whatever the month: a key stands for one event for 35 days, and some days are between.
	@Test
	void monthWhenFewestAreKeptThenIsOverForItsKeysLife() {
		for (YearMonth month = YearMonth.of(2023, 1); month.getYear() < 2029; month = month.plusMonths(1)) {
			assertThat(Duration.between(Keeping.end(month), new Keeping(2).dueSince(month)))
					.as("after %s", month)
					.isGreaterThanOrEqualTo(Duration.ofDays(35 + 24));
		}
	}

	@Test
	void settingsWhenKeysWouldBeForgottenThenAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(1));
		assertThat(settings(2).isArchiving()).isFalse();
	}

	private static RetentionSettings settings(int months) {
		Duration any = Duration.ofMinutes(1);
		return new RetentionSettings(months, null, new RetentionSettings.S3(null, "us-east-1", any), any, any, 1, any,
				any);
	}

}
