package io.billwright.analytics.usage;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/// A meter as counting needs it. It never changes: another definition is another metering with an id of its own.
///
/// @param id of this version of the meter
/// @param event the metric of the events it follows
/// @param property where the value is, or null for the event's quantity
/// @param filters all of which an event must pass
/// @param dimensions properties by whose values the events are grouped
public record Metering(UUID id, UUID organization, boolean live, String event, Aggregation aggregation,
		@Nullable String property, List<Filter> filters, List<String> dimensions) {

	/// With this many of at most this length a group is short enough for an index of PostgreSQL (2,704 bytes).
	public static final int MAX_DIMENSIONS = 5;

	/// Characters of a dimension's name.
	public static final int MAX_DIMENSION_NAME = 64;

	/// Copies the lists.
	public Metering {
		filters = List.copyOf(filters);
		dimensions = List.copyOf(dimensions);
		if (dimensions.size() > MAX_DIMENSIONS
				|| dimensions.stream().anyMatch((name) -> name.length() > MAX_DIMENSION_NAME)) {
			throw new IllegalArgumentException("At most %d dimensions of %d characters".formatted(MAX_DIMENSIONS,
					MAX_DIMENSION_NAME));
		}
	}

	/// A condition on one property, compared as text; a missing property is none of the values.
	public record Filter(String property, Operator operator, List<String> values) {

		/// Copies the values.
		public Filter {
			values = List.copyOf(values);
		}

		/// How a filter compares.
		public enum Operator {

			/// Any of the values.
			IN,

			/// None of the values.
			NOT_IN

		}

		boolean passes(UsageEvent event) {
			String value = PropertyText.of(event.properties().get(this.property));
			boolean among = value != null && this.values.contains(value);
			return among == (this.operator == Operator.IN);
		}

	}

	/// What one event adds.
	///
	/// @param group the text form of the event's dimensions, empty for a meter without dimensions
	/// @param measure the event's value; of a unique count, zero
	/// @param unique the value whose different ones are counted, else null
	public record Reading(String group, Measure measure, @Nullable String unique) {}

	/// What the event adds; empty where this meter does not count it: another organization, mode or metric, a filter that
	/// it does not pass, or no usable value.
	public Optional<Reading> read(UsageEvent event) {
		return follows(event) ? reading(event) : Optional.empty();
	}

	private boolean follows(UsageEvent event) {
		return event.metric().equals(this.event) && event.organization().equals(this.organization)
				&& event.live() == this.live && this.filters.stream().allMatch((filter) -> filter.passes(event));
	}

	private Optional<Reading> reading(UsageEvent event) {
		String unique = (this.aggregation == Aggregation.UNIQUE_COUNT) ? PropertyText.bounded(text(event)) : null;
		BigDecimal value = this.aggregation.needsNumber() ? number(event) : BigDecimal.ZERO;
		return (value == null || (this.aggregation == Aggregation.UNIQUE_COUNT && unique == null))
				? Optional.empty()
				: Optional.of(new Reading(group(event), Measure.of(value, event.timestamp(), event.key()), unique));
	}

	private @Nullable BigDecimal number(UsageEvent event) {
		return (this.property == null)
				? event.quantity()
				: PropertyText.toNumber(event.properties().get(this.property));
	}

	private @Nullable String text(UsageEvent event) {
		return PropertyText.of((this.property == null) ? event.quantity() : event.properties().get(this.property));
	}

	/// A JSON object with the dimensions in alphabetical order, each a text or null where the event has none.
	private String group(UsageEvent event) {
		if (this.dimensions.isEmpty()) {
			return "";
		}
		TreeMap<String, @Nullable String> values = new TreeMap<>();
		this.dimensions.forEach((name) -> values.put(name,
				PropertyText.bounded(PropertyText.of(event.properties().get(name)))));
		return PropertyText.toJson(values);
	}

}
