package io.billwright.invoice.catalog;

/// How often a price is charged: every `count` intervals.
///
/// @param count at least 1
public record Recurrence(Interval interval, int count) {

	/// The unit in which periods are counted.
	public enum Interval {

		DAY, WEEK, MONTH, YEAR

	}

	public Recurrence {
		if (count < 1) {
			throw new IllegalArgumentException("count must be at least 1");
		}
	}

}
