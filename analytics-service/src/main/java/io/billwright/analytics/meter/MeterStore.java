package io.billwright.analytics.meter;

import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Keeps the current tenant's meters, each with all of its versions.
interface MeterStore extends Meters {

	/// One page of the meters that pass the filter, the newest first.
	Mono<Page<Meter>> page(MeterFilter filter, PageRequest page);

	/// One page of a meter's versions as they were when they came, the newest first.
	Mono<Page<Meter>> versions(MeterId id, PageRequest page);

	/// Adds a new meter. Fails with [MeterFailure.SlugTaken] and, beyond the limit of active ones, with
	/// [MeterFailure.TooMany].
	Mono<Meter> add(Meter meter);

	/// Replaces the version before this one. Fails with [MeterFailure.SlugTaken] and with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Meter> save(Meter meter);

}
