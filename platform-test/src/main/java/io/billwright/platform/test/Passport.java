package io.billwright.platform.test;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

/// What the gateway tells a service about the caller, as a test wants it to be. Immutable; see [Passports].
///
/// Use it as `client.get().uri(..).headers(passport)` or for a whole client as `passport.on(client)`.
///
/// @param kind `user`, `api_key`, `anonymous`, `service` or `operator`
/// @param principal the prefixed id of the user or key, or `anonymous`, `gateway`
/// @param organization the prefixed id of the organization; null for anonymous, service and operator
/// @param mode `live` or `test`
/// @param role of users only
/// @param scopes the permissions
/// @param validFor from now; negative for one that expired
/// @param tampered whether the signature belongs to other claims
public record Passport(String kind, String principal, @Nullable String organization, String mode, @Nullable String role,
		List<String> scopes, Duration validFor, boolean tampered) implements Consumer<HttpHeaders> {

	/// The header that carries it.
	public static final String HEADER = "X-Billwright-Passport";

	public Passport {
		scopes = List.copyOf(scopes);
	}

	/// The same in test mode.
	public Passport inTestMode() {
		return new Passport(this.kind, this.principal, this.organization, "test", this.role, this.scopes, this.validFor,
				this.tampered);
	}

	/// The same for another principal.
	public Passport as(String other) {
		return new Passport(this.kind, other, this.organization, this.mode, this.role, this.scopes, this.validFor,
				this.tampered);
	}

	/// The same with another role.
	public Passport withRole(String other) {
		return new Passport(this.kind, this.principal, this.organization, this.mode, other, this.scopes, this.validFor,
				this.tampered);
	}

	/// The same with exactly these permissions.
	public Passport withScopes(String... others) {
		return new Passport(this.kind, this.principal, this.organization, this.mode, this.role, List.of(others),
				this.validFor, this.tampered);
	}

	/// The same, expired ten minutes ago.
	public Passport expired() {
		return new Passport(this.kind, this.principal, this.organization, this.mode, this.role, this.scopes,
				Duration.ofMinutes(-10), this.tampered);
	}

	/// The same with a signature that does not belong to it.
	public Passport withWrongSignature() {
		return new Passport(this.kind, this.principal, this.organization, this.mode, this.role, this.scopes,
				this.validFor, true);
	}

	/// The signed token.
	public String token() {
		return Passports.sign(this);
	}

	/// Sets the header.
	@Override
	public void accept(HttpHeaders headers) {
		headers.set(HEADER, token());
	}

	/// A client that sends this passport with every request.
	public WebTestClient on(WebTestClient client) {
		return client.mutate().defaultHeaders(this).build();
	}

}
