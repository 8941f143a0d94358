package io.billwright.invoice.issuing;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// Identifies a line of an invoice, `lin_...`.
public record LineId(UUID value) implements TypedId {

	static LineId next() {
		return new LineId(Ids.next());
	}

	@Override
	public String prefix() {
		return "lin";
	}

	@Override
	public String toString() {
		return text();
	}

}
