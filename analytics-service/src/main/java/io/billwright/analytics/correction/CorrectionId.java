package io.billwright.analytics.correction;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

/// Identifies a correction, `ucr_...`.
public record CorrectionId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "ucr";
	}

	@Override
	public String toString() {
		return text();
	}

}
