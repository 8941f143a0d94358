package io.billwright.platform.quota;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class QuotaTests {

	@Test
	void quotaWhenItHasSeveralWindowsThenAllAreRead() {
		assertThat(Quota.of("1000/h, 10/s burst 20").windows()).containsExactly(
				new Quota.Window(10, Duration.ofSeconds(1), 20), new Quota.Window(1000, Duration.ofHours(1), 1000));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			100/hour            | 100/h
			10 / seconds        | 10/s
			5/15 Minutes        | 5/15min
			6000/m  burst 1000  | 6000/min burst 1000
			7/day burst 7       | 7/d
			90/120s             | 90/2min
			1000/h,10/s         | 10/s, 1000/h""")
	void quotaWhenWrittenDifferentlyThenMeansTheSame(String written, String canonical) {
		assertThat(Quota.of(written)).hasToString(canonical).isEqualTo(Quota.of(canonical));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "100", "/h", "0/h", "-1/h", "1/0s", "1.5/s", "1/week", "1/s, 2/s", "1/60s, 2/min",
		"1/s,",
		"1/s burst 0", "1/s burst", "1/s, 1/m, 1/h, 1/d, 1/2d", "1000000000/s", "1/s; drop"})
	void quotaWhenMalformedThenIsRefused(String written) {
		assertThatIllegalArgumentException().isThrownBy(() -> Quota.of(written));
	}

}
