package io.billwright.analytics.closing;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a closing, `ucl_...`.
public record ClosingId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "ucl";
	}

	@Override
	public String toString() {
		return text();
	}

}
