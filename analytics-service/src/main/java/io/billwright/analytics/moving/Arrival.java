package io.billwright.analytics.moving;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// Where events of a step arrive: see [ArrivalTable]. What the source has counted itself is one arrival, and what once
/// arrived there is one each.
///
/// @param base after which the events' numbers begin at the source
/// @param done up to which number they are copied
/// @param shift what is added to a number
/// @param last the last number of what once arrived at the source; `null` for what it counts itself
record Arrival(long number, long base, long done, long shift, @Nullable Long last) {

	/// The last number that is to be copied, when the source had given out numbers up to the cut.
	long end(long cut) {
		return (this.last != null) ? this.last : cut;
	}

	static Long[] bases(List<Arrival> arrivals) {
		return arrivals.stream().map(Arrival::base).toArray(Long[]::new);
	}

	static Long[] shifts(List<Arrival> arrivals) {
		return arrivals.stream().map(Arrival::shift).toArray(Long[]::new);
	}

}
