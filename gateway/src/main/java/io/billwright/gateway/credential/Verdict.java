package io.billwright.gateway.credential;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.billwright.gateway.passport.Principal;

/// What became of checking a credential.
///
/// @param principal whose it is, or `null` for a credential that is not valid
/// @param csrfToken what unsafe requests must repeat, sessions only
/// @param until from when on the credential itself is no longer valid
record Verdict(@Nullable Principal principal, @Nullable String csrfToken, Instant until) {

	static final Verdict REFUSED = new Verdict(null, null, Instant.MAX);

	static Verdict accepted(Principal principal, Instant until) {
		return new Verdict(principal, null, until);
	}

	boolean isOf(String organization) {
		return this.principal != null && organization.equals(this.principal.organization());
	}

}
