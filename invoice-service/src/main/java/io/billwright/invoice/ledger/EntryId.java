package io.billwright.invoice.ledger;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a journal entry of the ledger, `ent_...`.
public record EntryId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "ent";
	}

	@Override
	public String toString() {
		return text();
	}

}
