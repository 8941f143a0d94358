package io.billwright.contracts;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// A customer of an organization.
///
/// @param id `cus_...`
/// @param externalId the organization's own id for the customer
/// @param status `active` or `archived`
public record CustomerSnapshot(String id, long version, @Nullable String externalId, String name,
		@Nullable String email, @Nullable AddressSnapshot billingAddress, List<TaxIdSnapshot> taxIds, String currency,
		String timeZone, String status, Instant createdAt, Instant updatedAt) {

	/// A tax registration, for example type `eu_vat` and value `DE123456789`.
	public record TaxIdSnapshot(String type, String value) {}

}
