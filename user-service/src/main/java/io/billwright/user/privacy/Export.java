package io.billwright.user.privacy;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;

/// A file with everything that the platform's accounts keep of an organization, or the order to write it.
///
/// @param status `pending`, `done` or `failed`
/// @param expiresAt when the file is deleted
/// @param sizeBytes of the file, 0 until it is done
record Export(OrganizationId organization, ExportId id, String status, String requestedBy, Instant createdAt,
		int attempts, @Nullable Instant completedAt, Instant expiresAt, long sizeBytes) {

	boolean done() {
		return this.status.equals("done");
	}

}
