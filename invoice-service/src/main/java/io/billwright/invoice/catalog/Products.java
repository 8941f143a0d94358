package io.billwright.invoice.catalog;

import reactor.core.publisher.Mono;

/// The current tenant's products.
public interface Products {

	/// The product, or nothing when the tenant has no such product.
	Mono<Product> find(ProductId id);

	/// The product.
	///
	/// Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such product.
	Mono<Product> require(ProductId id);

}
