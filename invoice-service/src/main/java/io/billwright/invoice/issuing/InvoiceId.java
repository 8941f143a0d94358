package io.billwright.invoice.issuing;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies an invoice, `inv_...`.
public record InvoiceId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "inv";
	}

	@Override
	public String toString() {
		return text();
	}

}
