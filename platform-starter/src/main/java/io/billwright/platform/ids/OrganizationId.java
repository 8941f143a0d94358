package io.billwright.platform.ids;

import java.util.UUID;

/// An organization, that is a tenant.
public record OrganizationId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "org";
	}

	@Override
	public String toString() {
		return text();
	}

	/// Reads `org_...`.
	///
	/// @throws IllegalArgumentException where it is malformed
	public static OrganizationId parse(String text) {
		return Ids.parse(OrganizationId.class, text);
	}

}
