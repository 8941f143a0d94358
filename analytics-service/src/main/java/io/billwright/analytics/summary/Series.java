package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.meter.Meter;

/// The figures of one meter, of one group where it is told apart by dimensions.
///
/// @param group value by dimension, `null` for events without it; empty where figures are not told apart
/// @param whole over the whole period
/// @param buckets in their order
record Series(Meter meter, SortedMap<String, @Nullable String> group, Figure whole, List<Figure> buckets) {

	/// A figure as it is told.
	@Nullable
	BigDecimal told(Figure figure) {
		BigDecimal exact = figure.value(this.meter.details().counting().aggregation());
		return (exact != null) ? this.meter.told(exact) : null;
	}

}
