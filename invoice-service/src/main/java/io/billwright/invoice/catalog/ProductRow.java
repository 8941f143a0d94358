package io.billwright.invoice.catalog;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A row of `product`.
record ProductRow(UUID id, long version, @Nullable String externalId, String name, @Nullable String description,
		@Nullable String unit, String metadata, @Nullable Instant archivedAt, Instant createdAt, Instant updatedAt) {

	private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {
	};

	static ProductRow of(Product product, JsonMapper json) {
		Product.Details details = product.details();
		return new ProductRow(product.id().value(), product.version(), details.externalId(), details.name(),
				details.description(), details.unit(), json.writeValueAsString(details.metadata()),
				product.archivedAt(), product.createdAt(), product.updatedAt());
	}

	Product toProduct(JsonMapper json) {
		Product.Details details = new Product.Details(this.externalId, this.name, this.description, this.unit,
				json.readValue(this.metadata, METADATA));
		return new Product(new ProductId(this.id), this.version, details, this.archivedAt, this.createdAt,
				this.updatedAt);
	}

}
