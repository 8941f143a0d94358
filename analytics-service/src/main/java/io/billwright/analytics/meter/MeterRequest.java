package io.billwright.analytics.meter;

import java.util.List;
import java.util.Objects;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.hibernate.validator.constraints.UniqueElements;
import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.Metering.Filter.Operator;

/// What clients say of a meter.
///
/// @param slug no id: a figure may be asked for by either
/// @param aggregation of the values
/// @param valueProperty the event's quantity when not said
@ValueFitsAggregation
public record MeterRequest(
		@NotNull @Pattern(regexp = "(?!mtr_)[a-z0-9][a-z0-9_-]{0,62}", message = "must be 1 to 63 lower-case letters, digits, '-' and '_', and not begin with 'mtr_'") String slug,
		@NotNull @Pattern(regexp = TEXT, message = TEXT_MESSAGE) @Size(max = 255) String name,
		@NotNull @Pattern(regexp = TEXT, message = TEXT_MESSAGE) @Size(max = EVENT_NAME_MAX) String eventName,
		@NotNull Aggregation aggregation,
		@Pattern(regexp = TEXT, message = TEXT_MESSAGE) @Size(max = PROPERTY_MAX) @Nullable String valueProperty,
		@UniqueElements(message = "must not name a property twice") @Size(max = Metering.MAX_DIMENSIONS) @Nullable List<@NotNull @Pattern(regexp = TEXT, message = TEXT_MESSAGE) @Size(max = PROPERTY_MAX) String> dimensions,
		@Size(max = FILTERS_MAX) @Nullable List<@NotNull @Valid FilterRequest> filters,
		@Pattern(regexp = TEXT, message = TEXT_MESSAGE) @Size(max = 50) @Nullable String unit,
		@Valid @Nullable RoundingRequest rounding) {

	/// Filters of one meter: each is asked of every event.
	static final int FILTERS_MAX = 10;

	/// Values of one filter.
	static final int FILTER_VALUES_MAX = 100;

	/// Characters of an event's `metric`.
	private static final int EVENT_NAME_MAX = 100;

	/// Characters of the name of an event's property.
	private static final int PROPERTY_MAX = Metering.MAX_DIMENSION_NAME;

	/// Shows something and has no control characters.
	private static final String TEXT = "\\P{Cc}*[^\\p{Cc}\\s]\\P{Cc}*";

	private static final String TEXT_MESSAGE = "must not be blank nor have control characters";

	static MeterRequest of(Meter.Details details) {
		Meter.Counting counting = details.counting();
		return new MeterRequest(details.slug(), details.name(), counting.eventName(), counting.aggregation(),
				counting.valueProperty(), counting.dimensions(),
				counting.filters().stream().map(FilterRequest::of).toList(), details.unit(),
				(details.rounding() != null) ? RoundingRequest.of(details.rounding()) : null);
	}

	/// What it says, checked before.
	public Meter.Details toDetails() {
		List<Metering.Filter> conditions = Objects.requireNonNullElse(this.filters, List.<FilterRequest>of())
				.stream()
				.map(FilterRequest::toFilter)
				.toList();
		Meter.Counting counting = new Meter.Counting(this.eventName, this.aggregation, this.valueProperty,
				Objects.requireNonNullElse(this.dimensions, List.of()), conditions);
		return new Meter.Details(this.slug, this.name, counting, this.unit,
				(this.rounding != null) ? this.rounding.toRounding() : null);
	}

	/// @param operator `in` when not said
	/// @param values compared with the property's text form, in which 1, 1.0 and "1" are the same
	record FilterRequest(
			@NotNull @Pattern(regexp = TEXT, message = TEXT_MESSAGE) @Size(max = PROPERTY_MAX) String property,
			@Nullable Operator operator,
			@NotEmpty @Size(max = FILTER_VALUES_MAX) List<@NotNull @Size(max = 512) String> values) {

		static FilterRequest of(Metering.Filter filter) {
			return new FilterRequest(filter.property(), filter.operator(), filter.values());
		}

		Metering.Filter toFilter() {
			return new Metering.Filter(this.property, Objects.requireNonNullElse(this.operator, Operator.IN),
					this.values);
		}

	}

	/// @param mode `half_up` when not said
	record RoundingRequest(@NotNull @Min(0) @Max(Rounding.SCALE_MAX) Integer scale, Rounding.@Nullable Mode mode) {

		static RoundingRequest of(Rounding rounding) {
			return new RoundingRequest(rounding.scale(), rounding.mode());
		}

		Rounding toRounding() {
			return new Rounding(this.scale, Objects.requireNonNullElse(this.mode, Rounding.Mode.HALF_UP));
		}

	}

}
