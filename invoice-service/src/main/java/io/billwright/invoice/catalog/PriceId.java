package io.billwright.invoice.catalog;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a price, `pri_...`.
public record PriceId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "pri";
	}

	@Override
	public String toString() {
		return text();
	}

}
