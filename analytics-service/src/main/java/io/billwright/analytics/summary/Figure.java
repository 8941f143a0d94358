package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Measure;

/// All that a figure is computed from, exact.
///
/// @param span what it covers
/// @param measure of the events in the span
/// @param before the level at the start of the span: the sum of all values before it; only a weighted sum asks for it
/// @param unique how many different values the span has; only a unique count asks for it
record Figure(Span span, Measure measure, BigDecimal before, long unique) {

	/// Digits after the point to which an average is computed.
	static final int AVERAGE_SCALE = 18;

	private static final int MICRO_DIGITS = 6;

	/// What the aggregation tells. Without any event there is no largest, smallest, latest or average value.
	///
	/// A level goes on to the end of the span, also where that still lies ahead.
	@Nullable
	BigDecimal value(Aggregation aggregation) {
		return switch (aggregation) {
			case COUNT -> BigDecimal.valueOf(this.measure.count());
			case SUM -> this.measure.sum();
			case MAX -> this.measure.max();
			case MIN -> this.measure.min();
			case LATEST -> this.measure.latest();
			case UNIQUE_COUNT -> BigDecimal.valueOf(this.unique);
			case AVERAGE -> this.measure.average(AVERAGE_SCALE);
			case WEIGHTED_SUM -> this.before.multiply(seconds(this.span.length()))
					.add(this.measure.weightedUntil(this.span.end()));
		};
	}

	/// The level at the end of the span.
	BigDecimal after() {
		return this.before.add(this.measure.sum());
	}

	/// Exact to the microsecond.
	private static BigDecimal seconds(Duration length) {
		return BigDecimal.valueOf(length.getSeconds() * 1_000_000 + length.getNano() / 1_000, MICRO_DIGITS);
	}

}
