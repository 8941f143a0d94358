package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;

/// Counts events the plainest way, from their definition and sharing no code with what it checks.
///
/// @param event what is counted
/// @param property where the value is; `null` for the quantity
/// @param region the only region that counts; `null` for any
public record Recounted(String event, Aggregation aggregation, @Nullable String property, @Nullable String region) {

	/// @param scale digits after the point; `null` tells it exactly, an average with 18
	public @Nullable BigDecimal of(List<UsageEvent> events, Instant start, Instant end, @Nullable Integer scale) {
		BigDecimal value = exact(events, start, end);
		if (value == null) {
			return null;
		}
		int digits = (scale != null) ? scale : 18;
		return value.setScale(digits, RoundingMode.HALF_UP);
	}

	private @Nullable BigDecimal exact(List<UsageEvent> events, Instant start, Instant end) {
		List<UsageEvent> inside = counted(events).stream()
				.filter((event) -> !event.timestamp().isBefore(start) && event.timestamp().isBefore(end))
				.toList();
		List<BigDecimal> values = new ArrayList<>();
		if ((this.aggregation != Aggregation.COUNT) && (this.aggregation != Aggregation.UNIQUE_COUNT)) {
			inside.forEach((event) -> values.add(number(event).orElseThrow()));
		}
		BigDecimal sum = values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
		return switch (this.aggregation) {
			case COUNT -> BigDecimal.valueOf(inside.size());
			case UNIQUE_COUNT -> BigDecimal.valueOf(inside.stream().map((event) -> text(event).orElseThrow())
					.distinct()
					.count());
			case SUM -> sum;
			case MAX -> values.stream().max(Comparator.naturalOrder()).orElse(null);
			case MIN -> values.stream().min(Comparator.naturalOrder()).orElse(null);
			case AVERAGE ->
				values.isEmpty() ? null : sum.divide(BigDecimal.valueOf(values.size()), 40, RoundingMode.HALF_UP);
			case LATEST -> inside.stream()
					.max(Comparator.comparing(UsageEvent::timestamp).thenComparing(UsageEvent::key))
					.map((event) -> number(event).orElseThrow())
					.orElse(null);
			case WEIGHTED_SUM -> counted(events).stream()
					.filter((event) -> event.timestamp().isBefore(end))
					.map((event) -> number(event).orElseThrow()
							.multiply(seconds(event.timestamp().isBefore(start) ? start : event.timestamp(), end)))
					.reduce(BigDecimal.ZERO, BigDecimal::add);
		};
	}

	/// The events that count.
	public List<UsageEvent> counted(List<UsageEvent> events) {
		return events.stream()
				.filter((event) -> event.metric().equals(this.event))
				.filter((event) -> (this.region == null) || this.region.equals(event.properties().get("region")))
				.filter((event) -> switch (this.aggregation) {
					case COUNT -> true;
					case UNIQUE_COUNT -> text(event).isPresent();
					default -> number(event).isPresent();
				})
				.toList();
	}

	/// What tells groups apart; `null` for events without it.
	static Map<String, @Nullable String> group(UsageEvent event, List<String> dimensions) {
		Map<String, @Nullable String> group = new TreeMap<>();
		dimensions.forEach((name) -> group.put(name, text(event.properties().get(name)).orElse(null)));
		return group;
	}

	private Optional<BigDecimal> number(UsageEvent event) {
		if (this.property == null) {
			return Optional.of(event.quantity());
		}
		return text(event.properties().get(this.property)).filter((text) -> text.matches("-?[0-9]+([.][0-9]+)?"))
				.map(BigDecimal::new);
	}

	private Optional<String> text(UsageEvent event) {
		return text((this.property == null) ? event.quantity() : event.properties().get(this.property));
	}

	private static Optional<String> text(@Nullable Object value) {
		return Optional.ofNullable(value)
				.map((any) -> (any instanceof BigDecimal number) ? plain(number) : any.toString());
	}

	private static String plain(BigDecimal number) {
		String text = number.toPlainString();
		return text.contains(".") ? text.replaceFirst("0+$", "").replaceFirst("[.]$", "") : text;
	}

	private static BigDecimal seconds(Instant from, Instant to) {
		Duration length = Duration.between(from, to);
		return new BigDecimal(length.getSeconds()).add(new BigDecimal(length.getNano()).movePointLeft(9));
	}

}
