package io.billwright.invoice.catalog;

import org.jspecify.annotations.Nullable;

/// Which products a list shows; what is `null` does not matter.
record ProductFilter(@Nullable String externalId, Product.@Nullable Status status) {

	@Nullable
	Boolean active() {
		return (this.status != null) ? this.status == Product.Status.ACTIVE : null;
	}

}
