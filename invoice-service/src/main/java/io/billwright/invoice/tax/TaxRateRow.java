package io.billwright.invoice.tax;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A row of `tax_rate`.
record TaxRateRow(UUID id, long version, String name, @Nullable String description, BigDecimal percentage,
		String category, String country, boolean inclusive, String metadata, @Nullable Instant archivedAt,
		Instant createdAt, Instant updatedAt) {

	private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {
	};

	static TaxRateRow of(TaxRate rate, JsonMapper json) {
		TaxRate.Terms terms = rate.terms();
		TaxRate.Details details = rate.details();
		return new TaxRateRow(rate.id().value(), rate.version(), details.name(), details.description(),
				terms.percentage().value(), terms.category().name(), terms.country(), terms.inclusive(),
				json.writeValueAsString(details.metadata()), rate.archivedAt(), rate.createdAt(), rate.updatedAt());
	}

	TaxRate toTaxRate(JsonMapper json) {
		TaxRate.Terms terms = new TaxRate.Terms(new Percentage(this.percentage), TaxCategory.valueOf(this.category),
				this.country, this.inclusive);
		TaxRate.Details details = new TaxRate.Details(this.name, this.description,
				json.readValue(this.metadata, METADATA));
		return new TaxRate(new TaxRateId(this.id), this.version, terms, details, this.archivedAt, this.createdAt,
				this.updatedAt);
	}

}
