package io.billwright.system;

import java.util.UUID;

/// An organization that was registered for a test, with its owner.
record Organization(String email, String password) {

	private static final String SCOPES = """
			["customers:read", "customers:write", "catalog:read", "catalog:write", "invoices:read", "invoices:write",
			"payments:read", "payments:write", "analytics:read", "search:read", "ledger:read"]""";

	/// Registers a new one.
	static Organization register() {
		Organization organization = new Organization("owner-" + UUID.randomUUID() + "@example.com",
				"tidy otters juggle quietly");
		Platform.anonymous()
				.post("/api/v1/auth/register",
						"""
								{"organization": {"name": "Acme", "country": "DE", "time_zone": "Europe/Berlin", "default_currency": "EUR"},
								"name": "Ada Example", "email": "%s", "password": "%s"}"""
								.formatted(organization.email,
										organization.password))
				.expect(202);
		return organization;
	}

	/// A client with an access token.
	Api byToken() {
		return Platform.anonymous().bearer(login("token").text("/access_token"));
	}

	/// A client with a session cookie and what protects it from forged requests.
	Api bySession() {
		Answer answer = login("session");
		String cookie = answer.header("Set-Cookie").replaceFirst(";.*", "");
		return Platform.anonymous().with("Cookie", cookie).with("X-CSRF-Token", answer.text("/csrf_token"));
	}

	/// A client with an API key of every scope that billing needs.
	Api byApiKey() {
		String key = byToken().post("/api/v1/api-keys", """
				{"name": "system test", "mode": "live", "scopes": %s}""".formatted(SCOPES)).expect(201).text("/secret");
		return Platform.anonymous().bearer(key);
	}

	Answer login(String mode) {
		return Platform.anonymous().post("/api/v1/auth/login", """
				{"email": "%s", "password": "%s", "mode": "%s"}""".formatted(this.email, this.password, mode))
				.expect(200);
	}

}
