package io.billwright.invoice.tax;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a tax rate, `txr_...`.
public record TaxRateId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "txr";
	}

	@Override
	public String toString() {
		return text();
	}

}
