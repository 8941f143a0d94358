package io.billwright.user.privacy;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// An export, `exp_...`.
record ExportId(UUID value) implements TypedId {

	static ExportId next() {
		return new ExportId(Ids.next());
	}

	@Override
	public String prefix() {
		return "exp";
	}

	@Override
	public String toString() {
		return text();
	}

}
