package io.billwright.contracts;

import java.time.Instant;

/// An organization, that is a tenant.
///
/// @param id `org_...`
/// @param timeZone the IANA zone in which its billing days begin and end
/// @param defaultCurrency the ISO 4217 code
public record OrganizationSnapshot(String id, long version, String name, String country, String timeZone,
		String defaultCurrency, Instant createdAt, Instant updatedAt) {}
