package io.billwright.invoice.catalog;

import reactor.core.publisher.Mono;

/// The current tenant's prices.
public interface Prices {

	/// The price, or nothing when the tenant has no such price.
	Mono<Price> find(PriceId id);

	/// The price.
	///
	/// Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such price.
	Mono<Price> require(PriceId id);

}
