package io.billwright.analytics.usage;

/// What a meter tells about the events of a period.
public enum Aggregation {

	/// How many events.
	COUNT,

	/// Their values added up.
	SUM,

	/// The largest value.
	MAX,

	/// The smallest value.
	MIN,

	/// The value of the event with the latest timestamp; of several at that time, the one with the largest key.
	LATEST,

	/// How many different values.
	UNIQUE_COUNT,

	/// The sum divided by the count.
	AVERAGE,

	/// Values are changes of a level, as of seats or of stored bytes: the level multiplied by the time it lasted, added up.
	WEIGHTED_SUM;

	/// Whether a value must be a number for the event to be counted.
	public boolean needsNumber() {
		return this != COUNT && this != UNIQUE_COUNT;
	}

	/// Whether it is used up bit by bit: what two stretches of time used, taken together, is what both used.
	public boolean isUsedUp() {
		return this == COUNT || this == SUM;
	}

}
