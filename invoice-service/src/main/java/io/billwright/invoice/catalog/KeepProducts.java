package io.billwright.invoice.catalog;

import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;

import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.invoice.catalog.CatalogPublisher.Event;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.web.ExpectedVersion;

/// Creates and changes products, and tells the other services.
@Service
class KeepProducts {

	private final ProductStore products;

	private final CatalogPublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepProducts(ProductStore products, CatalogPublisher publisher, TransactionalOperator transaction, Clock clock) {
		this.products = products;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates a product. Fails with [CatalogFailure.ExternalIdTaken].
	Mono<Product> create(Product.Details details) {
		return Mono.fromSupplier(() -> Product.create(new ProductId(Ids.next()), details, this.clock.instant()))
				.flatMap(this.products::add)
				.delayUntil((product) -> this.publisher.publish(Event.CREATED, product))
				.as(this.transaction::transactional)
				.checkpoint("create product");
	}

	/// Changes the expected version of a product. A change that changes nothing writes and publishes nothing.
	Mono<Product> change(ProductId id, ExpectedVersion expected, Event event,
			BiFunction<Product, Instant, Product> change) {
		return this.products.require(id)
				.doOnNext((product) -> expected.check(product.version()))
				.flatMap((current) -> replace(current, change.apply(current, this.clock.instant()), event))
				.as(this.transaction::transactional)
				.checkpoint("change product");
	}

	private Mono<Product> replace(Product current, Product changed, Event event) {
		return changed.equals(current)
				? Mono.just(current)
				: this.products.save(changed).delayUntil((saved) -> this.publisher.publish(event, saved));
	}

}
