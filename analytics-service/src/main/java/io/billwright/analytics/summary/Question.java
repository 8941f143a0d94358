package io.billwright.analytics.summary;

import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// What is to be told.
///
/// @param groupBy dimensions that all of the meters have
record Question(Period period, List<Meter> meters, List<String> groupBy) {

	/// @throws Invalid naming every dimension that a meter lacks
	Question {
		List<FieldError> problems = meters.stream()
				.flatMap((meter) -> groupBy.stream()
						.filter((name) -> !meter.details().counting().dimensions().contains(name))
						.map((name) -> new FieldError("group_by", "unknown_value",
								"the meter %s has no dimension %s".formatted(meter.details().slug(), name))))
				.toList();
		if (!problems.isEmpty()) {
			throw new Invalid(problems);
		}
	}

	/// The definitions of the meters that aggregate so.
	List<UUID> definitions(Predicate<Aggregation> which) {
		return chosen(which).stream().map(Meter::definition).toList();
	}

	/// The meters that aggregate so.
	List<Meter> chosen(Predicate<Aggregation> which) {
		return this.meters.stream()
				.filter((meter) -> which.test(meter.details().counting().aggregation()))
				.toList();
	}

}
