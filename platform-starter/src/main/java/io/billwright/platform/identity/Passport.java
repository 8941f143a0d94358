package io.billwright.platform.identity;

/// The names that the gateway and the services agree on for a passport: a JWT, signed with ES256 by the gateway.
public final class Passport {

	/// The header that carries it. The gateway strips it from whatever comes in.
	public static final String HEADER = "X-Billwright-Passport";

	/// The `iss` claim.
	public static final String ISSUER = "billwright-gateway";

	/// The `aud` claim.
	public static final String AUDIENCE = "billwright";

	/// The organization's public id; absent for anonymous and service callers.
	public static final String ORGANIZATION = "org";

	/// `live` or `test`.
	public static final String MODE = "mode";

	/// See [CallerKind#claim()].
	public static final String KIND = "kind";

	/// Space-separated scopes.
	public static final String SCOPE = "scope";

	/// The user's role.
	public static final String ROLE = "role";

	/// The hash that names the session.
	public static final String SESSION = "sid";

	private Passport() {
	}

}
