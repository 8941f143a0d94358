package io.billwright.invoice.customer;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A row of `customer`.
record CustomerRow(UUID id, long version, @Nullable String externalId, String name, @Nullable String email,
		@Nullable String phone, @Nullable String billingAddress, @Nullable String shippingAddress, String taxIds,
		String currency, String timeZone, int paymentTermsDays, String metadata, @Nullable Instant archivedAt,
		Instant createdAt, Instant updatedAt) {

	private static final TypeReference<List<TaxId>> TAX_IDS = new TypeReference<>() {
	};

	private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {
	};

	static CustomerRow of(Customer customer, JsonMapper json) {
		CustomerDetails details = customer.details();
		return new CustomerRow(customer.id().value(), customer.version(), details.externalId(), details.name(),
				details.email(), details.phone(), write(details.billingAddress(), json),
				write(details.shippingAddress(), json), json.writeValueAsString(details.taxIds()),
				details.currency().getCurrencyCode(), details.timeZone().getId(), details.paymentTermsDays(),
				json.writeValueAsString(details.metadata()), customer.archivedAt(), customer.createdAt(),
				customer.updatedAt());
	}

	Customer toCustomer(JsonMapper json) {
		CustomerDetails details = new CustomerDetails(this.externalId, this.name, this.email, this.phone,
				read(this.billingAddress, json), read(this.shippingAddress, json), json.readValue(this.taxIds, TAX_IDS),
				Currency.getInstance(this.currency), ZoneId.of(this.timeZone), this.paymentTermsDays,
				json.readValue(this.metadata, METADATA));
		return new Customer(new CustomerId(this.id), this.version, details, this.archivedAt, this.createdAt,
				this.updatedAt);
	}

	private static @Nullable String write(@Nullable Address address, JsonMapper json) {
		return (address != null) ? json.writeValueAsString(address) : null;
	}

	private static @Nullable Address read(@Nullable String address, JsonMapper json) {
		return (address != null) ? json.readValue(address, Address.class) : null;
	}

}
