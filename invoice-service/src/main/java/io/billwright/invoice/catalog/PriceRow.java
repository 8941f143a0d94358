package io.billwright.invoice.catalog;

import java.time.Instant;
import java.util.Currency;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A row of `price`.
record PriceRow(UUID id, long version, UUID productId, @Nullable String externalId, @Nullable String nickname,
		String pricing, String currency, @Nullable String recurrence, String metadata, @Nullable Instant archivedAt,
		Instant createdAt, Instant updatedAt) {

	private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {
	};

	static PriceRow of(Price price, JsonMapper json) {
		Price.Terms terms = price.terms();
		Price.Details details = price.details();
		return new PriceRow(price.id().value(), price.version(), price.productId().value(), details.externalId(),
				details.nickname(), json.writerFor(PricingModel.class).writeValueAsString(terms.pricing()),
				terms.currency().getCurrencyCode(),
				(terms.recurrence() != null) ? json.writeValueAsString(terms.recurrence()) : null,
				json.writeValueAsString(details.metadata()), price.archivedAt(), price.createdAt(), price.updatedAt());
	}

	Price toPrice(JsonMapper json) {
		Price.Terms terms = new Price.Terms(json.readValue(this.pricing, PricingModel.class),
				Currency.getInstance(this.currency),
				(this.recurrence != null) ? json.readValue(this.recurrence, Recurrence.class) : null);
		Price.Details details = new Price.Details(this.externalId, this.nickname,
				json.readValue(this.metadata, METADATA));
		return new Price(new PriceId(this.id), this.version, new ProductId(this.productId), terms, details,
				this.archivedAt, this.createdAt, this.updatedAt);
	}

}
