package io.billwright.invoice.customer;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.web.Versioned;

/// A customer as the API shows it.
record CustomerView(CustomerId id, long version, Customer.Status status, @Nullable String externalId, String name,
		@Nullable String email, @Nullable String phone, @Nullable Address billingAddress,
		@Nullable Address shippingAddress, List<TaxId> taxIds, String currency, String timeZone, int paymentTermsDays,
		Map<String, String> metadata, Instant createdAt, Instant updatedAt,
		@Nullable Instant archivedAt) implements Versioned {

	static CustomerView of(Customer customer) {
		CustomerDetails details = customer.details();
		return new CustomerView(customer.id(), customer.version(), customer.status(),
				details.externalId(), details.name(), details.email(), details.phone(), details.billingAddress(),
				details.shippingAddress(), details.taxIds(), details.currency().getCurrencyCode(),
				details.timeZone().getId(), details.paymentTermsDays(), details.metadata(), customer.createdAt(),
				customer.updatedAt(), customer.archivedAt());
	}

}
