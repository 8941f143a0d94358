package io.billwright.analytics.meter;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The current tenant's meters.
public interface Meters {

	/// The meter.
	///
	/// Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such meter.
	Mono<Meter> require(MeterId id);

	/// The meters that are meant, in the order of their slugs: those named, archived or not; all active ones where none is
	/// named.
	///
	/// Fails with [io.billwright.platform.failure.Invalid] naming those that the tenant has not.
	///
	/// @param slugsOrIds at most as many as an organization has
	Flux<Meter> named(List<String> slugsOrIds);

}
