package io.billwright.invoice.catalog;

import reactor.core.publisher.Mono;

/// Tells other services about products and prices.
public interface CatalogPublisher {

	/// Records, in the current transaction, what happened to a product.
	Mono<Void> publish(Event event, Product product);

	/// Records, in the current transaction, what happened to a price.
	Mono<Void> publish(Event event, Price price);

	/// What can happen to a product or a price.
	enum Event {

		CREATED, UPDATED, ARCHIVED, UNARCHIVED

	}

}
