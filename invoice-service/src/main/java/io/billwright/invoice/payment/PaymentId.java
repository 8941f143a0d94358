package io.billwright.invoice.payment;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a payment, `pay_...`.
public record PaymentId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "pay";
	}

	@Override
	public String toString() {
		return text();
	}

}
