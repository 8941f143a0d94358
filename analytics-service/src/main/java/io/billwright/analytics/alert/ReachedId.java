package io.billwright.analytics.alert;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a level that was reached, `alr_...`.
record ReachedId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "alr";
	}

	@Override
	public String toString() {
		return text();
	}

}
