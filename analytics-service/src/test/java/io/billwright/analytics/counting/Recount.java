package io.billwright.analytics.counting;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.billwright.analytics.usage.UsageEvent;

/// Counts events in the plainest way, by none of the code that it checks: all of a row's events in a list, and one loop for
/// each figure.
final class Recount {

	private final Collection<UsageEvent> distinct;

	Recount(List<UsageEvent> sent) {
		Map<String, UsageEvent> byKey = new LinkedHashMap<>();
		sent.forEach(
				(event) -> byKey.putIfAbsent(event.organization() + " " + event.live() + " " + event.key(), event));
		this.distinct = byKey.values();
	}

	int events() {
		return this.distinct.size();
	}

	/// Lines as `customer|bucket|region|count|sum|min|max|latest|moment`, sorted.
	///
	/// @param value what is measured
	/// @param grouped by region, or not at all
	List<String> rows(Meter meter, ChronoUnit width, Function<UsageEvent, BigDecimal> value, boolean grouped) {
		Map<String, List<UsageEvent>> rows = new TreeMap<>();
		of(meter).forEach((event) -> rows
				.computeIfAbsent(event.customer() + "|" + event.timestamp().truncatedTo(width) + "|"
						+ (grouped ? event.properties().get("region") : ""), (row) -> new java.util.ArrayList<>())
				.add(event));
		return rows.entrySet().stream().map((row) -> row.getKey() + figures(row.getValue(), value)).sorted().toList();
	}

	/// Lines as `customer|hour|value`, sorted.
	List<String> uniques(Meter meter, String property) {
		Set<String> values = new HashSet<>();
		of(meter).forEach((event) -> values.add(event.customer() + "|" + event.timestamp().truncatedTo(ChronoUnit.HOURS)
				+ "|" + event.properties().get(property)));
		return values.stream().sorted().collect(Collectors.toList());
	}

	/// Whose events are counted.
	record Meter(java.util.UUID organization, boolean live, String metric) {}

	private List<UsageEvent> of(Meter meter) {
		return this.distinct.stream()
				.filter((event) -> event.organization().equals(meter.organization()) && event.live() == meter.live()
						&& event.metric().equals(meter.metric()))
				.toList();
	}

	private static String figures(List<UsageEvent> events, Function<UsageEvent, BigDecimal> value) {
		BigDecimal sum = BigDecimal.ZERO;
		BigDecimal moment = BigDecimal.ZERO;
		for (UsageEvent event : events) {
			sum = sum.add(value.apply(event));
			moment = moment.add(value.apply(event).multiply(seconds(event.timestamp())));
		}
		UsageEvent latest = events.stream()
				.max(Comparator.comparing(UsageEvent::timestamp).thenComparing(UsageEvent::key))
				.orElseThrow();
		Map<String, BigDecimal> figures = new HashMap<>();
		figures.put("min", events.stream().map(value).min(Comparator.naturalOrder()).orElseThrow());
		figures.put("max", events.stream().map(value).max(Comparator.naturalOrder()).orElseThrow());
		return "|" + events.size() + "|" + plain(sum) + "|" + plain(figures.get("min")) + "|"
				+ plain(figures.get("max")) + "|" + plain(value.apply(latest)) + "|" + plain(moment);
	}

	private static BigDecimal seconds(Instant moment) {
		long micros = ChronoUnit.MICROS.between(Instant.parse("2020-01-01T00:00:00Z"), moment);
		return new BigDecimal(micros).divide(new BigDecimal(1_000_000));
	}

	static String plain(BigDecimal value) {
		return (value.signum() == 0) ? "0" : value.stripTrailingZeros().toPlainString();
	}

}
