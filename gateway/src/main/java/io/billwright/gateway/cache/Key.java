package io.billwright.gateway.cache;

import org.jspecify.annotations.Nullable;

import io.billwright.gateway.passport.Principal;

/// What an answer is kept under: who may get it, what was asked for, and what of the request its service looked at.
///
/// @param organization whose it is, or [#PUBLIC]
/// @param rights all of what a passport says but whose user or key it is: nobody gets what another with other rights got
/// @param target path and query, as the client wrote them
/// @param variant the headers that `Vary` names; empty for the one that tells their names
record Key(String organization, String rights, String target, String variant) {

	/// The organization of callers who are nobody in particular.
	static final String PUBLIC = "public";

	static Key of(Principal principal, @Nullable String mode, String target) {
		String organization = principal.organization();
		return new Key((organization != null) ? organization : PUBLIC,
				principal.kind() + "|" + ((principal.mode() != null) ? principal.mode() : mode) + '|'
						+ principal.role() + '|' + principal.scope(),
				target, "");
	}

	Key with(String variant) {
		return new Key(this.organization, this.rights, this.target, variant);
	}

	/// Without the query.
	String path() {
		int query = this.target.indexOf('?');
		return (query < 0) ? this.target : this.target.substring(0, query);
	}

	/// In bytes, about.
	int weight() {
		return 2 * (this.organization.length() + this.rights.length() + this.target.length() + this.variant.length());
	}

}
