package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Measure;

import static org.assertj.core.api.Assertions.assertThat;

class FigureTests {

	private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

	private static final Span HOUR = new Span(START, START.plusSeconds(3600));

	/// 5 seats before; 2 more after a quarter of an hour, 4 fewer after half an hour: 5 x 900 + 7 x 900 + 3 x 1800.
	@Test
	void weightedSumWhenTheLevelChangesThenIsTheLevelTimesItsSeconds() {
		Measure changes = event("2", 900, "a").combine(event("-4", 1800, "b"));
		Figure figure = new Figure(HOUR, changes, new BigDecimal("5"), 0);
		assertThat(figure.value(Aggregation.WEIGHTED_SUM)).isEqualByComparingTo("16200");
		assertThat(figure.after()).isEqualByComparingTo("3");
	}

	@Test
	void weightedSumWhenTakenApartThenAddsUp() {
		Measure first = event("2.5", 0, "a");
		Measure second = event("0.000000000000000001", 1800, "b").combine(event("-1", 2700, "c"));
		Figure begin = new Figure(new Span(START, START.plusSeconds(1800)), first, BigDecimal.ONE, 0);
		Figure rest = new Figure(new Span(START.plusSeconds(1800), HOUR.end()), second, begin.after(), 0);
		Figure whole = new Figure(HOUR, first.combine(second), BigDecimal.ONE, 0);
		assertThat(weighted(begin).add(weighted(rest))).isEqualByComparingTo(weighted(whole));
		assertThat(weighted(whole)).isEqualByComparingTo("11700.0000000000000018");
	}

	@Test
	void weightedSumWhenNothingHappensThenTheLevelGoesOn() {
		Figure figure = new Figure(new Span(START, START.plusNanos(1_500_000)), Measure.NONE, new BigDecimal("4"), 0);
		assertThat(weighted(figure)).isEqualByComparingTo("0.006");
	}

	@ParameterizedTest
	@CsvSource({"COUNT, 3", "SUM, 4", "MAX, 7", "MIN, -5", "LATEST, -5", "AVERAGE, 1.333333333333333333",
		"UNIQUE_COUNT, 2"})
	void figureWhenThereAreEventsThenTellsTheAggregation(Aggregation aggregation, BigDecimal expected) {
		Measure measure = event("2", 1, "a").combine(event("-5", 3, "b")).combine(event("7", 2, "c"));
		assertThat(new Figure(HOUR, measure, BigDecimal.ZERO, 2).value(aggregation)).isEqualByComparingTo(expected);
	}

	@ParameterizedTest
	@CsvSource({"COUNT, 0", "SUM, 0", "MAX,", "MIN,", "LATEST,", "AVERAGE,", "UNIQUE_COUNT, 0", "WEIGHTED_SUM, 0"})
	void figureWhenThereIsNoEventThenIsNothing(Aggregation aggregation,
			@org.jspecify.annotations.Nullable BigDecimal expected) {
		BigDecimal value = new Figure(HOUR, Measure.NONE, BigDecimal.ZERO, 0).value(aggregation);
		if (expected == null) {
			assertThat(value).isNull();
		}
		else {
			assertThat(value).isEqualByComparingTo(expected);
		}
	}

	private static BigDecimal weighted(Figure figure) {
		return java.util.Objects.requireNonNull(figure.value(Aggregation.WEIGHTED_SUM));
	}

	private static Measure event(String value, long second, String key) {
		return Measure.of(new BigDecimal(value), START.plusSeconds(second), key);
	}

}
