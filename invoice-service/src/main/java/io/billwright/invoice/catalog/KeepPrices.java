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

/// Creates and changes prices, and tells the other services.
@Service
class KeepPrices {

	private final PriceStore prices;

	private final ProductStore products;

	private final CatalogPublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepPrices(PriceStore prices, ProductStore products, CatalogPublisher publisher, TransactionalOperator transaction,
			Clock clock) {
		this.prices = prices;
		this.products = products;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates a price of an active product. Fails with [CatalogFailure.ProductArchived], with
	/// [CatalogFailure.ExternalIdTaken] and with [io.billwright.platform.failure.NotFound] for the product.
	Mono<Price> create(ProductId productId, Price.Terms terms, Price.Details details) {
		return this.products.require(productId)
				.map(Product::requireActive)
				.map((product) -> Price.create(new PriceId(Ids.next()), product.id(), terms, details,
						this.clock.instant()))
				.flatMap(this.prices::add)
				.delayUntil((price) -> this.publisher.publish(Event.CREATED, price))
				.as(this.transaction::transactional)
				.checkpoint("create price");
	}

	/// Changes the expected version of a price. A change that changes nothing writes and publishes nothing.
	Mono<Price> change(PriceId id, ExpectedVersion expected, Event event, BiFunction<Price, Instant, Price> change) {
		return this.prices.require(id)
				.doOnNext((price) -> expected.check(price.version()))
				.flatMap((current) -> replace(current, change.apply(current, this.clock.instant()), event))
				.as(this.transaction::transactional)
				.checkpoint("change price");
	}

	private Mono<Price> replace(Price current, Price changed, Event event) {
		return changed.equals(current)
				? Mono.just(current)
				: this.prices.save(changed).delayUntil((saved) -> this.publisher.publish(event, saved));
	}

}
