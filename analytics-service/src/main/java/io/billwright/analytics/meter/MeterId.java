package io.billwright.analytics.meter;

import java.util.Optional;
import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// Identifies a meter, `mtr_...`, through all of its versions.
public record MeterId(UUID value) implements TypedId {

	/// Reads `mtr_...`; empty where it is anything else.
	static Optional<MeterId> find(String text) {
		try {
			return Optional.of(Ids.parse(MeterId.class, text));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	@Override
	public String prefix() {
		return "mtr";
	}

	@Override
	public String toString() {
		return text();
	}

}
