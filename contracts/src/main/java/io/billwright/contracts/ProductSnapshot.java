package io.billwright.contracts;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// Something an organization sells.
///
/// @param id `prd_...`
/// @param status `active` or `archived`
public record ProductSnapshot(String id, long version, @Nullable String externalId, String name,
		@Nullable String description, String status, Instant createdAt, Instant updatedAt) {}
