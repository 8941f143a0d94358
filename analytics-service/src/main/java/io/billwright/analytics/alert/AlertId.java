package io.billwright.analytics.alert;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies an alert, `alt_...`.
record AlertId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "alt";
	}

	@Override
	public String toString() {
		return text();
	}

}
