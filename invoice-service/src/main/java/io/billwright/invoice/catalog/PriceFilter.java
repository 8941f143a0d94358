package io.billwright.invoice.catalog;

import java.util.Currency;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/// Which prices a list shows; what is `null` does not matter.
record PriceFilter(@Nullable String externalId, @Nullable ProductId productId, @Nullable Currency currency,
		Price.@Nullable Status status) {

	@Nullable
	Boolean active() {
		return (this.status != null) ? this.status == Price.Status.ACTIVE : null;
	}

	@Nullable
	String currencyCode() {
		return (this.currency != null) ? this.currency.getCurrencyCode() : null;
	}

	@Nullable
	UUID productUuid() {
		return (this.productId != null) ? this.productId.value() : null;
	}

}
