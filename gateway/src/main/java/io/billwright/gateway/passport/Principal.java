package io.billwright.gateway.passport;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.identity.CallerKind;

/// Who is calling, as far as the services need to know.
///
/// @param kind what sort of caller
/// @param subject `usr_...`, `key_...`, `opr_...`, `anonymous` or `gateway`
/// @param organization `org_...`; absent for anonymous callers, operators and the gateway itself
/// @param mode fixed for API keys; `null` where the caller chooses with each request
/// @param scope permissions, separated by spaces
/// @param role the user's role, users only
/// @param session the hash of the session's id, sessions only
public record Principal(CallerKind kind, String subject, @Nullable String organization, @Nullable Mode mode,
		String scope,
		@Nullable String role, @Nullable String session) {

	/// The exchange's attribute with who makes the request.
	public static final String ATTRIBUTE = Principal.class.getName();

	/// Nobody in particular: what a public path sees without a credential.
	public static final Principal ANONYMOUS = new Principal(CallerKind.ANONYMOUS, "anonymous", null, null, "", null,
			null);

	/// The gateway itself, when it asks user-service.
	public static final Principal GATEWAY = new Principal(CallerKind.SERVICE, "gateway", null, null, "", null, null);

}
