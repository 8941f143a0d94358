package io.billwright.contracts;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// A member of an organization. A user who was removed or erased arrives with status `removed` and without name and
/// e-mail address.
///
/// @param id `usr_...`
/// @param role `owner`, `admin`, `billing`, `developer` or `read_only`
/// @param status `invited`, `active` or `removed`
public record UserSnapshot(String id, long version, @Nullable String name, @Nullable String email, String role,
		String status, Instant createdAt, Instant updatedAt) {}
