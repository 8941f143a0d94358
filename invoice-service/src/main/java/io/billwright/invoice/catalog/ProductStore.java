package io.billwright.invoice.catalog;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Keeps the current tenant's products.
interface ProductStore extends Products {

	/// One page of the products that pass the filter.
	Mono<Page<Product>> page(ProductFilter filter, @Nullable String order, PageRequest page);

	/// Adds a new product. Fails with [CatalogFailure.ExternalIdTaken].
	Mono<Product> add(Product product);

	/// Replaces the version before this one. Fails with [CatalogFailure.ExternalIdTaken] and with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Product> save(Product product);

}
