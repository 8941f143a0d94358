package io.billwright.invoice.customer;

import java.time.Instant;
import java.util.Currency;

import org.jspecify.annotations.Nullable;

/// Which customers a list shows; what is `null` does not matter.
///
/// @param country of the billing address
/// @param createdFrom the earliest time of creation
/// @param createdBefore the first time of creation that is too late
/// @param q a part of the name, the e-mail address or the external id; accents and case do not matter
record CustomerFilter(@Nullable String externalId, Customer.@Nullable Status status, @Nullable Currency currency,
		@Nullable String country, @Nullable Instant createdFrom, @Nullable Instant createdBefore, @Nullable String q) {

	@Nullable
	Boolean active() {
		return (this.status != null) ? this.status == Customer.Status.ACTIVE : null;
	}

	@Nullable
	String currencyCode() {
		return (this.currency != null) ? this.currency.getCurrencyCode() : null;
	}

}
