package io.billwright.analytics.usage;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class MeasureTests {

	private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

	private static final Duration PERIOD = Duration.ofHours(2);

	private record Sample(BigDecimal value, Instant at, String key) {}

	@ParameterizedTest
	@ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
	void combineWhenGroupedAndOrderedInAnyWayThenIsTheSame(long seed) {
		Random random = new Random(seed);
		List<Sample> samples = samples(random, 200);
		Measure expected = measure(samples);
		for (int round = 0; round < 20; round++) {
			Collections.shuffle(samples, random);
			List<Measure> parts = new ArrayList<>(List.of(Measure.NONE));
			for (Sample sample : samples) {
				Measure one = Measure.of(sample.value(), sample.at(), sample.key());
				int part = random.nextInt(parts.size() + 1);
				if (part == parts.size()) {
					parts.add(one);
				}
				else {
					parts.set(part, one.combine(parts.get(part)));
				}
			}
			Collections.shuffle(parts, random);
			assertThat(parts.stream().reduce(Measure.NONE, Measure::combine)).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = {11, 12, 13})
	void measureWhenOfManyThenSaysWhatALoopSays(long seed) {
		List<Sample> samples = samples(new Random(seed), 500);
		Measure measure = measure(samples);
		BigDecimal sum = BigDecimal.ZERO;
		BigDecimal weighted = BigDecimal.ZERO;
		Instant end = BEGIN.plus(PERIOD);
		for (Sample sample : samples) {
			sum = sum.add(sample.value());
			BigDecimal seconds = BigDecimal.valueOf(Duration.between(sample.at(), end).toNanos(), 9);
			weighted = weighted.add(sample.value().multiply(seconds));
		}
		assertThat(measure.count()).isEqualTo(500);
		assertThat(measure.sum()).isEqualByComparingTo(sum);
		assertThat(measure.min())
				.isEqualByComparingTo(samples.stream().map(Sample::value).min(Comparator.naturalOrder()).orElseThrow());
		assertThat(measure.max())
				.isEqualByComparingTo(samples.stream().map(Sample::value).max(Comparator.naturalOrder()).orElseThrow());
		Sample latest = samples.stream()
				.max(Comparator.comparing(Sample::at).thenComparing(Sample::key).thenComparing(Sample::value))
				.orElseThrow();
		assertThat(measure.latest()).isEqualByComparingTo(latest.value());
		assertThat(measure.weightedUntil(end)).isEqualByComparingTo(weighted);
	}

	@ParameterizedTest
	@ValueSource(strings = {"1", "1.0", "1.00", "100", "0.000", "-2.50", "1E+3"})
	void measureWhenOfEqualDecimalsThenIsEqual(String decimal) {
		BigDecimal value = new BigDecimal(decimal);
		Measure measure = Measure.of(value, BEGIN, "k");
		assertThat(measure).isEqualTo(Measure.of(value.setScale(9), BEGIN, "k"));
		assertThat(measure.sum().scale()).isNotNegative();
		assertThat(measure.combine(Measure.NONE)).isEqualTo(measure);
		assertThat(Measure.NONE.combine(measure)).isEqualTo(measure);
	}

	private static Measure measure(List<Sample> samples) {
		return samples.stream()
				.map((sample) -> Measure.of(sample.value(), sample.at(), sample.key()))
				.reduce(Measure.NONE, Measure::combine);
	}

	/// With equal times, equal keys at other times, signs and trailing zeros.
	private static List<Sample> samples(Random random, int count) {
		List<Sample> samples = new ArrayList<>();
		for (int index = 0; index < count; index++) {
			BigDecimal value = BigDecimal.valueOf(random.nextLong(-1_000_000_000, 1_000_000_000), random.nextInt(10));
			Instant at = BEGIN.plusMillis(random.nextLong(random.nextBoolean() ? 3 : PERIOD.toMillis()));
			samples.add(new Sample(value, at, "k" + random.nextInt(5)));
		}
		return samples;
	}

}
