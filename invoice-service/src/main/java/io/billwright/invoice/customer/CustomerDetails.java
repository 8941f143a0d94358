package io.billwright.invoice.customer;

import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What an organization knows about a customer.
///
/// @param externalId the organization's own id for the customer, unique among its customers
/// @param currency what the customer is invoiced in unless an invoice says otherwise
/// @param timeZone where the customer's billing periods begin and end
/// @param paymentTermsDays days from an invoice's date to its due date
/// @param metadata whatever the organization wants to keep with the customer
public record CustomerDetails(@Nullable String externalId, String name, @Nullable String email, @Nullable String phone,
		@Nullable Address billingAddress, @Nullable Address shippingAddress, List<TaxId> taxIds, Currency currency,
		ZoneId timeZone, int paymentTermsDays, Map<String, String> metadata) {

	public CustomerDetails {
		taxIds = List.copyOf(taxIds);
		metadata = Map.copyOf(metadata);
	}

}
