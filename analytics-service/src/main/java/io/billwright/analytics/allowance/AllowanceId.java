package io.billwright.analytics.allowance;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies an allowance, `alw_...`.
record AllowanceId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "alw";
	}

	@Override
	public String toString() {
		return text();
	}

}
