package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.usage.Measure;
import io.billwright.platform.failure.Invalid;

/// Adds up what is read from several places, by meter, group and bucket. For one request, so not for several threads.
final class Tally {

	/// Figures of one answer: buckets times groups and meters.
	static final int FIGURES_LIMIT = 20_000;

	private final Period period;

	private final List<Meter> meters;

	private final List<String> groupBy;

	/// Reads a group's text form.
	private final Function<String, Map<String, @Nullable String>> parser;

	private final Map<Key, Line> lines = new HashMap<>();

	private final Map<String, SortedMap<String, @Nullable String>> groups = new HashMap<>();

	Tally(Period period, List<Meter> meters, List<String> groupBy,
			Function<String, Map<String, @Nullable String>> parser) {
		this.period = period;
		this.meters = meters;
		this.groupBy = groupBy;
		this.parser = parser;
		if (groupBy.isEmpty()) {
			meters.forEach((meter) -> line(meter.definition(), ""));
		}
	}

	/// Adds events of one bucket.
	///
	/// @param group the text form of all dimensions of the meter
	void add(int at, UUID definition, String group, Measure measure) {
		Measure[] measures = line(definition, group).measures;
		measures[at] = measures[at].combine(measure);
	}

	/// Adds to the level that the period begins with.
	void addBefore(UUID definition, String group, BigDecimal sum) {
		Line line = line(definition, group);
		line.before = line.before.add(sum);
	}

	/// Adds different values of a bucket; of several customers or shards, whose values are different ones.
	///
	/// @param at -1 for the whole period
	void addUnique(int at, UUID definition, String group, long values) {
		Line line = line(definition, group);
		if (at < 0) {
			line.uniqueInAll += values;
		}
		else {
			line.unique[at] += values;
		}
	}

	/// The figures by meter, as the meters were given, and then by group.
	List<Series> toSeries() {
		List<Series> all = new ArrayList<>();
		for (Meter meter : this.meters) {
			this.lines.entrySet()
					.stream()
					.filter((entry) -> entry.getKey().definition().equals(meter.definition()))
					.sorted(Map.Entry.comparingByKey((one, other) -> one.group().toString()
							.compareTo(other.group().toString())))
					.map((entry) -> toSeries(meter, entry.getKey().group(), entry.getValue()))
					.forEach(all::add);
		}
		return all;
	}

	private Series toSeries(Meter meter, SortedMap<String, @Nullable String> group, Line line) {
		List<Figure> buckets = new ArrayList<>();
		Measure all = Measure.NONE;
		BigDecimal level = line.before;
		for (int at = 0; at < line.measures.length; at++) {
			Figure figure = new Figure(this.period.buckets().get(at), line.measures[at], level, line.unique[at]);
			buckets.add(figure);
			level = figure.after();
			all = all.combine(line.measures[at]);
		}
		return new Series(meter, group, new Figure(this.period.whole(), all, line.before, line.uniqueInAll), buckets);
	}

	private Line line(UUID definition, String group) {
		SortedMap<String, @Nullable String> named = this.groups.computeIfAbsent(group, this::toGroup);
		return this.lines.computeIfAbsent(new Key(definition, named), (key) -> {
			if ((this.lines.size() + 1L) * this.period.buckets().size() > FIGURES_LIMIT) {
				throw new Invalid(this.groupBy.isEmpty() ? "granularity" : "group_by", "out_of_range",
						"makes more than %d figures of this range; ask for less at a time".formatted(FIGURES_LIMIT));
			}
			return new Line(this.period.buckets().size());
		});
	}

	private SortedMap<String, @Nullable String> toGroup(String group) {
		SortedMap<String, @Nullable String> named = new TreeMap<>();
		if (!this.groupBy.isEmpty()) {
			Map<String, @Nullable String> all = this.parser.apply(group);
			this.groupBy.forEach((dimension) -> named.put(dimension, all.get(dimension)));
		}
		return Collections.unmodifiableSortedMap(named);
	}

	private record Key(UUID definition, SortedMap<String, @Nullable String> group) {}

	private static final class Line {

		private final Measure[] measures;

		private final long[] unique;

		private BigDecimal before = BigDecimal.ZERO;

		private long uniqueInAll;

		Line(int buckets) {
			this.measures = new Measure[buckets];
			Arrays.fill(this.measures, Measure.NONE);
			this.unique = new long[buckets];
		}

	}

}
