package io.billwright.analytics.moving;

import reactor.core.publisher.Mono;

/// Hears how far a step is, often enough to know that its driver is alive, and may end it by failing.
@FunctionalInterface
interface Progress {

	/// @param rows written to the target since the last time
	Mono<Void> at(Stage stage, long rows);

	/// Where a step is.
	enum Stage {

		/// Both shards know of it.
		BEGUN,
		/// The target has nothing left of an earlier stay of the customers.
		CLEARED, EVENTS, ROLLUPS, RECORDS,
		/// The source holds still.
		CUTTING_OVER,
		/// The target has everything, and the source does not say yet that it has not.
		ARRIVED,
		/// The source says so; whether the target knows is not certain.
		DEPARTED

	}

}
