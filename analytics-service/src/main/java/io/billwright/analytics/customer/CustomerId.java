package io.billwright.analytics.customer;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a customer, `cus_...`.
public record CustomerId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "cus";
	}

	@Override
	public String toString() {
		return text();
	}

}
