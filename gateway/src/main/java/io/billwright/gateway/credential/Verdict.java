package io.billwright.gateway.credential;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.gateway.passport.Principal;

/// What became of checking a credential.
///
/// @param principal whose it is, or `null` for a credential that is not valid
/// @param csrfToken what unsafe requests must repeat, sessions only
/// @param origins of a credential that is no secret: the web origins whose pages may use it, all where there are none;
/// `null` of a secret one
/// @param signingKeys with which the principal's requests are signed; none where they are not
/// @param until from when on the credential itself is no longer valid
record Verdict(@Nullable Principal principal, @Nullable String csrfToken, @Nullable List<String> origins,
		List<SigningKey> signingKeys, Instant until) {

	static final Verdict REFUSED = new Verdict(null, null, null, List.of(), Instant.MAX);

	static Verdict accepted(Principal principal, Instant until) {
		return new Verdict(principal, null, null, List.of(), until);
	}

	static Verdict published(Principal principal, List<String> origins, Instant until) {
		return new Verdict(principal, null, origins, List.of(), until);
	}

	static Verdict inSession(Principal principal, String csrfToken, Instant until) {
		return new Verdict(principal, csrfToken, null, List.of(), until);
	}

	Verdict signedWith(List<SigningKey> keys) {
		return new Verdict(this.principal, this.csrfToken, this.origins, keys, this.until);
	}

	/// Whether it takes a secret to be the principal, so that nobody else's requests are counted as the principal's.
	boolean isSecret() {
		return this.origins == null;
	}

	boolean admits(@Nullable String origin) {
		return this.origins == null || this.origins.isEmpty() || this.origins.contains(origin);
	}

	boolean isOf(String organization) {
		return this.principal != null && organization.equals(this.principal.organization());
	}

}
