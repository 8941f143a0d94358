package io.billwright.user.session;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;

/// A session as its user may see it.
///
/// @param id the SHA-256 of the cookie's value, in hexadecimal digits; of no use to log in with
/// @param csrfToken what unsafe requests with the cookie must carry in `X-CSRF-Token`
/// @param expiresAt when it ends whatever happens
public record Session(String id, OrganizationId organization, String csrfToken, Instant createdAt, Instant lastSeenAt,
		Instant expiresAt, @Nullable String address, @Nullable String userAgent) {}
