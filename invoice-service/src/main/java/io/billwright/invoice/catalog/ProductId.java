package io.billwright.invoice.catalog;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a product, `prd_...`.
public record ProductId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "prd";
	}

	@Override
	public String toString() {
		return text();
	}

}
