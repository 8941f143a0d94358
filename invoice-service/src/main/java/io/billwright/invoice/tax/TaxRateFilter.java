package io.billwright.invoice.tax;

import org.jspecify.annotations.Nullable;

/// Which tax rates a list shows; what is `null` does not matter.
record TaxRateFilter(@Nullable String country, TaxRate.@Nullable Status status) {

	@Nullable
	Boolean active() {
		return (this.status != null) ? this.status == TaxRate.Status.ACTIVE : null;
	}

}
