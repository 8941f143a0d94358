package io.billwright.platform.identity;

import java.util.Locale;

/// What sort of credential stands behind a call.
public enum CallerKind {

	/// A person, by session or access token.
	USER,
	/// A program of the organization's, by API key.
	API_KEY,
	/// Nobody yet: registration, login and the other public endpoints.
	ANONYMOUS,
	/// Another process of the platform.
	SERVICE,
	/// Whoever operates the platform, above all organizations.
	OPERATOR;

	/// The value of the passport's `kind` claim.
	public String claim() {
		return name().toLowerCase(Locale.ROOT);
	}

}
