package io.billwright.user.ratelimit;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;

/// Somebody who is being limited.
///
/// @param caller `usr_...`, `key_...`, `org_...`, or the address of one who is nobody yet
/// @param organizationId the caller's, where it has one
/// @param policy the limit that refused
/// @param refused requests in the last minute, refused or, in a dry run, let through all the same
/// @param dryRun whether the limit is only tried out
record LimitedView(String caller, @Nullable OrganizationId organizationId, String policy, long refused,
		boolean dryRun) {}
