package io.billwright.invoice.publishing;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.invoice.catalog.CatalogPublisher;
import io.billwright.invoice.catalog.Price;
import io.billwright.invoice.catalog.PricingFormat;
import io.billwright.invoice.catalog.Product;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;

/// Publishes products to the topic `products` and prices to the topic `prices`, as `product.created`,
/// `price.archived`, ...
@Component
class CatalogSnapshots implements CatalogPublisher {

	private final Outbox outbox;

	private final Map<Class<?>, String> models;

	CatalogSnapshots(Outbox outbox, List<PricingFormat> formats) {
		this.outbox = outbox;
		this.models = formats.stream()
				.collect(Collectors.toUnmodifiableMap(PricingFormat::type, PricingFormat::model));
	}

	@Override
	public Mono<Void> publish(Event event, Product product) {
		return this.outbox.record(new OutboxEvent(Topics.PRODUCTS, "product." + lowerCase(event), product.id(),
				toSnapshot(product)));
	}

	@Override
	public Mono<Void> publish(Event event, Price price) {
		return this.outbox
				.record(new OutboxEvent(Topics.PRICES, "price." + lowerCase(event), price.id(), toSnapshot(price)));
	}

	private static ProductSnapshot toSnapshot(Product product) {
		Product.Details details = product.details();
		return new ProductSnapshot(product.id().text(), product.version(), details.externalId(), details.name(),
				details.description(), lowerCase(product.status()), product.createdAt(), product.updatedAt());
	}

	private PriceSnapshot toSnapshot(Price price) {
		Price.Details details = price.details();
		return new PriceSnapshot(price.id().text(), price.version(), price.productId().text(), details.externalId(),
				details.nickname(), Objects.requireNonNull(this.models.get(price.terms().pricing().getClass())),
				price.terms().currency().getCurrencyCode(), price.unitAmount().toPlainString(),
				lowerCase(price.status()), price.createdAt(), price.updatedAt());
	}

	private static String lowerCase(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT);
	}

}
