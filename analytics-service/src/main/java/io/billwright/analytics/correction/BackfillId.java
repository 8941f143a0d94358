package io.billwright.analytics.correction;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a backfill, `ubf_...`.
public record BackfillId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "ubf";
	}

	@Override
	public String toString() {
		return text();
	}

}
