package io.billwright.user.login;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;
import io.billwright.user.member.Role;

import static org.assertj.core.api.Assertions.assertThat;

class LoginTests extends AccountsSpec {

	@Autowired
	private LoginController controller;

	@Test
	void registrationWhenTheAddressIsNewThenFoundsAnOrganizationWithAnOwner() {
		Person owner = owner();
		owner.on(this.client)
				.get()
				.uri("/api/v1/organizations/me")
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("ETag", "\"1\"")
				.expectBody()
				.jsonPath("$.id")
				.isEqualTo(owner.organization())
				.jsonPath("$.time_zone")
				.isEqualTo("Europe/Berlin")
				.jsonPath("$.default_currency")
				.isEqualTo("EUR");
		owner.on(this.client)
				.get()
				.uri("/api/v1/users/me")
				.exchange()
				.expectBody()
				.jsonPath("$.email")
				.isEqualTo(owner.email())
				.jsonPath("$.memberships[0].role")
				.isEqualTo("owner");
	}

	@Test
	void registrationWhenTheAddressIsKnownThenAnswersTheSameAndTellsItsOwnerByMail() {
		Person owner = owner();
		byte[] again = register(owner.email()).expectStatus().isAccepted().expectBody().returnResult()
				.getResponseBody();
		byte[] fresh = register("x-" + UUID.randomUUID() + "@example.com").expectBody().returnResult()
				.getResponseBody();
		assertThat(again).isEqualTo(fresh);
		assertThat(newestMail(owner.email())).contains("There is an account with it already");
		long mails = countMails(owner.email());
		register(owner.email()).expectStatus().isAccepted();
		assertThat(countMails(owner.email())).isEqualTo(mails);
	}

	@Test
	void registrationWhenFieldsAreWrongThenTellsAllOfThem() {
		anonymous().post()
				.uri("/api/v1/auth/register")
				.bodyValue(Map.of("organization", Map.of("name", "", "country", "XX", "time_zone", "Mars/Base",
						"default_currency", "EURO"), "name", "Olga", "email", "olga@example.com", "password", PASSWORD))
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[*].field")
				.value((List<String> fields) -> assertThat(fields).containsExactlyInAnyOrder("organization.name",
						"organization.country", "organization.time_zone", "organization.default_currency"));
	}

	@Test
	void registrationWhenThePasswordIsTheOwnAddressThenIsRefused() {
		anonymous().post()
				.uri("/api/v1/auth/register")
				.bodyValue(Map.of("organization", Map.of("name", "Acme", "country", "DE", "time_zone", "UTC",
						"default_currency", "EUR"), "name", "Olga", "email", "olga.owner@example.com", "password",
						"olga.owner@example.com"))
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].code")
				.isEqualTo("password_common");
	}

	@Test
	void loginWhenAddressOrPasswordIsWrongThenAnswersTheSame() {
		Person owner = owner();
		String wrong = body(logIn(owner.email(), "not the right password", "token").expectStatus().isUnauthorized());
		String unknown = body(logIn("nobody-" + UUID.randomUUID() + "@example.com", PASSWORD, "token").expectStatus()
				.isUnauthorized());
		assertThat(wrong).isEqualTo(unknown).contains("invalid_credentials");
	}

	@Test
	void loginWhenTheAddressIsUnknownThenAPasswordIsComparedWithAHashAllTheSame() {
		Person owner = owner();
		long before = passwords("match");
		logIn("nobody-" + UUID.randomUUID() + "@example.com", PASSWORD, "token").expectStatus().isUnauthorized();
		assertThat(passwords("match") - before).isEqualTo(1);
		logIn(owner.email(), "not the right password", "token").expectStatus().isUnauthorized();
		assertThat(passwords("match") - before).isEqualTo(2);
	}

	/// Whoever guesses is held up by the gateway, by address, and here, by account; nobody can lock somebody else out of
	/// where they usually are.
	@Test
	void loginWhenGuessedWrongManyTimesThenThePersonStillGetsIn() {
		Person owner = owner();
		for (int i = 0; i < 20; i++) {
			guess(owner.email(), "203.0.113." + i).expectStatus().value((status) -> assertThat(status).isIn(401, 429));
		}
		guess(owner.email(), "203.0.113.99").expectStatus().isEqualTo(429);
		logIn(owner.email(), PASSWORD, "token").expectStatus().isOk();
		guess(owner.email(), "203.0.113.99").expectStatus().isEqualTo(429);
	}

	private WebTestClient.ResponseSpec guess(String email, String address) {
		return anonymous().post()
				.uri("/api/v1/auth/login")
				.header("X-Forwarded-For", address)
				.bodyValue(Map.of("email", email, "password", "not the right password", "mode", "token"))
				.exchange();
	}

	@Test
	void registrationWhenTheAddressIsKnownThenThePasswordIsHashedAllTheSame() {
		Person owner = owner();
		long before = passwords("hash");
		register(owner.email()).expectStatus().isAccepted();
		assertThat(passwords("hash") - before).isEqualTo(1);
		register("x-" + UUID.randomUUID() + "@example.com").expectStatus().isAccepted();
		assertThat(passwords("hash") - before).isEqualTo(2);
	}

	@Test
	void loginWhenTheAddressIsNotConfirmedThenIsRefused() {
		String email = "new-" + UUID.randomUUID() + "@example.com";
		register(email);
		logIn(email, PASSWORD, "session").expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("email_not_verified");
	}

	@Test
	void loginWhenForASessionThenSetsAHostCookieThatOnlyTheBrowserReads() {
		Person owner = owner();
		logIn(owner.email(), PASSWORD, "session").expectStatus()
				.isOk()
				.expectHeader()
				.valueMatches("Set-Cookie", "__Host-billwright_session=[A-Za-z0-9_-]{43}; Path=/; Max-Age=2592000; "
						+ "Expires=[^;]+; Secure; HttpOnly; SameSite=Lax")
				.expectHeader()
				.valueEquals("Cache-Control", "no-store")
				.expectBody()
				.jsonPath("$.csrf_token")
				.isNotEmpty()
				.jsonPath("$.access_token")
				.doesNotExist();
	}

	@Test
	void loginWhenTheBrowserHasASessionThenThatOneEnds() {
		Person owner = owner();
		String before = session(owner);
		this.controller.login(new LoginController.LoginRequest(owner.email(), PASSWORD, null, null))
				.contextWrite(inSession(owner, before))
				.block(PATIENCE);
		assertThat(sessions(owner)).hasSize(1).doesNotContain(before);
		assertThat(actions(owner)).startsWith("session.created", "session.ended", "session.created");
	}

	@Test
	void logoutWhenMadeWithASessionThenItEndsAndTheTrailSaysSo() {
		Person owner = owner();
		String session = session(owner);
		ResponseEntity<Void> answer = this.controller.logout(null)
				.contextWrite(inSession(owner, session))
				.blockOptional(PATIENCE)
				.orElseThrow();
		assertThat(answer.getHeaders().getFirst("Set-Cookie"))
				.startsWith("__Host-billwright_session=; Path=/; Max-Age=0;");
		assertThat(sessions(owner)).isEmpty();
		assertThat(actions(owner)).startsWith("session.ended");
	}

	@Test
	void accessTokenWhenIssuedThenVerifiesWithThePublishedKey() throws Exception {
		Person owner = owner();
		LoginAnswer answer = answer(owner);
		String keys = new String(anonymous().get()
				.uri("/.well-known/jwks.json")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.returnResult()
				.getResponseBody());
		SignedJWT token = SignedJWT.parse(answer.access_token());
		var key = JWKSet.parse(keys).getKeyByKeyId(token.getHeader().getKeyID()).toECKey();
		assertThat(key.isPrivate()).isFalse();
		assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
		assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("billwright");
		assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("billwright-api");
		assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo(owner.id());
		assertThat(token.getJWTClaimsSet().getStringClaim("org")).isEqualTo(owner.organization());
		assertThat(token.getJWTClaimsSet().getStringClaim("scope")).isEqualTo(Role.OWNER.scope());
		assertThat(token.getJWTClaimsSet().getExpirationTime().getTime()
				- token.getJWTClaimsSet().getIssueTime().getTime()).isEqualTo(900_000);
	}

	@Test
	void refreshTokenWhenUsedTwiceThenItsWholeFamilyIsRevoked() {
		LoginAnswer first = answer(owner());
		LoginAnswer second = refreshed(first.refresh_token());
		LoginAnswer third = refreshed(second.refresh_token());
		refresh(first.refresh_token()).expectStatus().isUnauthorized();
		refresh(third.refresh_token()).expectStatus()
				.isUnauthorized()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("invalid_refresh_token");
	}

	@Test
	void refreshTokenWhenUsedOftenAtTheSameTimeThenOneGetsATokenThatIsWorthless() {
		String token = answer(owner()).refresh_token();
		List<LoginAnswer> answers = atOnce(Collections.nCopies(8, () -> refreshedOrRefused(token)));
		assertThat(answers).extracting(LoginAnswer::refresh_token).filteredOn(Objects::nonNull).singleElement()
				.satisfies((successor) -> refresh(successor).expectStatus().isUnauthorized());
	}

	@Test
	void logoutWhenARefreshTokenIsGivenThenItIsWorthless() {
		LoginAnswer answer = answer(owner());
		anonymous().post()
				.uri("/api/v1/auth/logout")
				.bodyValue(Map.of("refresh_token", answer.refresh_token()))
				.exchange()
				.expectStatus()
				.isNoContent();
		refresh(answer.refresh_token()).expectStatus().isUnauthorized();
	}

	@Test
	void trailWhenTokensAreRevokedThenSaysWhy() {
		Person owner = owner();
		LoginAnswer stolen = answer(owner);
		refreshed(stolen.refresh_token());
		refresh(stolen.refresh_token()).expectStatus().isUnauthorized();
		assertThat(actions(owner)).startsWith("refresh_token.reused");
		anonymous().post()
				.uri("/api/v1/auth/logout")
				.bodyValue(Map.of("refresh_token", answer(owner).refresh_token()))
				.exchange()
				.expectStatus()
				.isNoContent();
		assertThat(actions(owner)).startsWith("token_family.revoked");
	}

	@Test
	void sessionsWhenListedThenAreOnesOwnAndCanBeEnded() {
		Person owner = owner();
		String session = session(owner);
		owner.on(this.client)
				.get()
				.uri("/api/v1/auth/sessions")
				.exchange()
				.expectBody()
				.jsonPath("$.data.length()")
				.isEqualTo(1)
				.jsonPath("$.data[0].id")
				.isEqualTo(session)
				.jsonPath("$.data[0].csrf_token")
				.doesNotExist();
		owner().on(this.client).delete().uri("/api/v1/auth/sessions/" + session).exchange().expectStatus().isNotFound();
		owner.on(this.client).delete().uri("/api/v1/auth/sessions/" + session).exchange().expectStatus().isNoContent();
		owner.on(this.client)
				.get()
				.uri("/api/v1/auth/sessions")
				.exchange()
				.expectBody()
				.jsonPath("$.data")
				.isEmpty();
	}

	@Test
	void internalQuestionsWhenAskedByAnyoneButAServiceThenDoNotExist() {
		owner().on(this.client)
				.get()
				.uri("/internal/cors-origins?origin=https://app.example.com")
				.exchange()
				.expectStatus()
				.isNotFound();
	}

	@Test
	void originWhenAnOrganizationAllowsItThenTheGatewayIsTold() {
		Person owner = owner();
		String origin = "https://" + UUID.randomUUID() + ".example.com";
		assertThat(allowed(origin)).isFalse();
		owner.on(this.client)
				.patch()
				.uri("/api/v1/organizations/me")
				.header("If-Match", "\"1\"")
				.bodyValue(Map.of("allowed_origins", List.of(origin), "name", "Acme 2"))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.version")
				.isEqualTo(2)
				.jsonPath("$.name")
				.isEqualTo("Acme 2");
		assertThat(allowed(origin)).isTrue();
		assertThat(allowed(origin + "&organization_id=" + owner.organization())).isTrue();
		assertThat(allowed(origin + "&organization_id=" + owner().organization())).isFalse();
		owner.on(this.client)
				.patch()
				.uri("/api/v1/organizations/me")
				.header("If-Match", "\"1\"")
				.bodyValue(Map.of("name", "Acme 3"))
				.exchange()
				.expectStatus()
				.isEqualTo(412);
	}

	private List<String> sessions(Person person) {
		return strings(person, "/api/v1/auth/sessions", "id");
	}

	/// The newest first.
	private List<String> actions(Person person) {
		return strings(person, "/api/v1/audit-log", "action");
	}

	private List<String> strings(Person person, String path, String field) {
		JsonNode page = person.on(this.client)
				.get()
				.uri(path)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		return page.path("data").valueStream().map((item) -> item.path(field).asString()).toList();
	}

	private boolean allowed(String origin) {
		Map<?, ?> answer = Passports.service()
				.on(this.client)
				.get()
				.uri("/internal/cors-origins?origin=" + origin)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		return Boolean.TRUE.equals(answer.get("allowed"));
	}

	private String session(Person person) {
		return logIn(person.email(), PASSWORD, "session").expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody()
				.session_id();
	}

	private LoginAnswer answer(Person person) {
		return logIn(person.email(), PASSWORD, "token").expectStatus()
				.isOk()
				.expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody();
	}

	private LoginAnswer refreshed(String token) {
		return refresh(token).expectStatus().isOk().expectBody(LoginAnswer.class).returnResult().getResponseBody();
	}

	private LoginAnswer refreshedOrRefused(String token) {
		return refresh(token).expectBody(LoginAnswer.class).returnResult().getResponseBody();
	}

	private org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec refresh(String token) {
		return anonymous().post()
				.uri("/api/v1/auth/refresh")
				.bodyValue(Map.of("refresh_token", token))
				.exchange();
	}

	private static String body(org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec response) {
		return new String(response.expectBody().returnResult().getResponseBody())
				.replaceAll("\"request_id\":\"[^\"]*\"", "");
	}

}
