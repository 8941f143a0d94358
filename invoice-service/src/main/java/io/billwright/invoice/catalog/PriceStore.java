package io.billwright.invoice.catalog;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Keeps the current tenant's prices.
interface PriceStore extends Prices {

	/// One page of the prices that pass the filter.
	Mono<Page<Price>> page(PriceFilter filter, @Nullable String order, PageRequest page);

	/// Adds a new price. Fails with [CatalogFailure.ExternalIdTaken].
	Mono<Price> add(Price price);

	/// Replaces the version before this one; its terms stay as they are. Fails with [CatalogFailure.ExternalIdTaken] and
	/// with [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Price> save(Price price);

}
