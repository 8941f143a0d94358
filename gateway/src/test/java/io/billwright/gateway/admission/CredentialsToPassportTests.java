package io.billwright.gateway.admission;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService.Received;
import io.billwright.gateway.support.TestHash;
import io.billwright.gateway.support.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest
class CredentialsToPassportTests {

	private static final String INVOICES = "/api/v1/invoices";

	@LocalServerPort
	private int port;

	@Autowired
	private StringRedisTemplate redis;

	@Test
	void apiKeyWhenKnownThenPassportNamesItsOrganizationAndMode() {
		String key = Platform.apiKey("test", "org_acme", "");
		assertThat(get(INVOICES, "Authorization", "Bearer " + key).statusCode()).isEqualTo(200);
		Received request = Platform.INVOICES.last(INVOICES);
		assertThat(Platform.passport(request)).containsEntry("iss", "billwright-gateway")
				.containsEntry("kind", "api_key")
				.containsEntry("org", "org_acme")
				.containsEntry("mode", "test")
				.containsEntry("scope", "invoices:read")
				.doesNotContainKeys("role", "sid");
		assertThat(request.headers()).doesNotContainKeys("authorization", "x-api-key", "cookie");
	}

	@Test
	void apiKeyWhenItIsAnOperatorsThenPassportNamesNoOrganization() {
		String key = Platform.operatorKey();
		assertThat(get("/api/v1/admin/rate-limits", "X-API-Key", key).statusCode()).isEqualTo(200);
		assertThat(Platform.passport(Platform.USERS.last("/api/v1/admin/rate-limits")))
				.containsEntry("kind", "operator")
				.containsEntry("sub", "opr_test")
				.containsEntry("scope", "platform:operate")
				.doesNotContainKey("org");
	}

	@Test
	void apiKeyWhenInItsOwnHeaderThenIsAsGood() {
		String key = Platform.apiKey("live", "org_acme", "");
		assertThat(get(INVOICES, "X-API-Key", key, "Billwright-Mode", "test").statusCode()).isEqualTo(200);
		assertThat(Platform.passport(Platform.INVOICES.last(INVOICES))).containsEntry("mode", "live");
	}

	@Test
	void apiKeyWhenUsedAgainThenUserServiceIsNotAskedAgainAndThePassportIsTheSame() {
		String key = Platform.apiKey("live", "org_acme", "");
		get(INVOICES, "X-API-Key", key);
		String passport = Platform.INVOICES.last(INVOICES).header("X-Billwright-Passport");
		int asked = introspections(key);
		get(INVOICES, "X-API-Key", key);
		assertThat(introspections(key)).isEqualTo(asked).isEqualTo(1);
		assertThat(Platform.INVOICES.last(INVOICES).header("X-Billwright-Passport")).isEqualTo(passport);
	}

	@Test
	void apiKeyWhenUserServiceFailsToSayWhoseItIsThenItIsAskedOnceMore() {
		String key = Platform.apiKey("live", "org_acme", "");
		Platform.failNextIntrospection();
		assertThat(get(INVOICES, "X-API-Key", key).statusCode()).isEqualTo(200);
		assertThat(introspections(key)).isEqualTo(2);
	}

	@Test
	void introspectionWhenAskedThenCarriesTheGatewaysOwnPassportAndNeverTheKey() {
		String key = Platform.apiKey("live", "org_acme", "");
		get(INVOICES, "X-API-Key", key);
		Received question = Platform.USERS.received("/internal/credentials/introspect")
				.stream()
				.filter((asked) -> asked.body().contains(TestHash.sha256(key)))
				.findFirst()
				.orElseThrow();
		assertThat(Platform.passport(question)).containsEntry("kind", "service").containsEntry("sub", "gateway");
		assertThat(question.toString()).doesNotContain(key);
	}

	@Test
	void apiKeyWhenChecksumIsWrongThenNobodyIsAsked() {
		String key = Platform.apiKey("live", "org_acme", "");
		String mistyped = key.substring(0, 10) + ((key.charAt(10) == 'a') ? 'b' : 'a') + key.substring(11);
		assertUnauthenticated(get(INVOICES, "X-API-Key", mistyped));
		assertThat(introspections(mistyped)).isZero();
	}

	@Test
	void apiKeyWhenUnknownThenTheRefusalIsRememberedToo() {
		String key = Platform.invent("live");
		assertUnauthenticated(get(INVOICES, "X-API-Key", key));
		assertUnauthenticated(get(INVOICES, "X-API-Key", key));
		assertThat(introspections(key)).isEqualTo(1);
	}

	@Test
	void apiKeyWhenExpiredMeanwhileThenIsRefused() {
		String key = Platform.apiKey("live", "org_acme", ",\"expires_at\":\"" + Instant.now().minusSeconds(1) + "\"");
		assertUnauthenticated(get(INVOICES, "X-API-Key", key));
	}

	@Test
	void apiKeyWhenRevokedThenIsForgottenAtOnce() {
		String key = Platform.apiKey("live", "org_acme", "");
		assertThat(get(INVOICES, "X-API-Key", key).statusCode()).isEqualTo(200);
		Platform.forget(key);
		assertThat(get(INVOICES, "X-API-Key", key).statusCode()).isEqualTo(200);
		this.redis.convertAndSend("credentials.revoked", TestHash.sha256(key));
		await().untilAsserted(() -> assertThat(get(INVOICES, "X-API-Key", key).statusCode()).isEqualTo(401));
	}

	@Test
	void apiKeyWhenItsOrganizationIsRevokedThenIsForgottenAtOnce() {
		String key = Platform.apiKey("live", "org_gone", "");
		String other = Platform.apiKey("live", "org_stays", "");
		get(INVOICES, "X-API-Key", key);
		get(INVOICES, "X-API-Key", other);
		Platform.forget(key);
		Platform.forget(other);
		this.redis.convertAndSend("credentials.revoked", "org:org_gone");
		await().untilAsserted(() -> assertThat(get(INVOICES, "X-API-Key", key).statusCode()).isEqualTo(401));
		assertThat(get(INVOICES, "X-API-Key", other).statusCode()).isEqualTo(200);
	}

	@Test
	void accessTokenWhenSignedByUserServiceThenPassportNamesTheUser() {
		String token = Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> {
		});
		get(INVOICES, "Authorization", "Bearer " + token, "Billwright-Mode", "test");
		assertThat(Platform.passport(Platform.INVOICES.last(INVOICES))).containsEntry("kind", "user")
				.containsEntry("sub", "usr_ada")
				.containsEntry("org", "org_acme")
				.containsEntry("role", "owner")
				.containsEntry("mode", "test")
				.containsEntry("scope", "invoices:read invoices:write");
	}

	@Test
	void accessTokenWhenForeignExpiredOrMeantForOthersThenIsRefused() {
		assertUnauthenticated(bearer(Platform.accessToken(TestKeys.FOREIGN, (claims) -> {
		})));
		assertUnauthenticated(bearer(Platform.accessToken(TestKeys.ACCESS_TOKEN,
				(claims) -> claims.expirationTime(Date.from(Instant.now().minusSeconds(1))))));
		assertUnauthenticated(
				bearer(Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> claims.audience("other"))));
		assertUnauthenticated(bearer(Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> claims.issuer("other"))));
		assertUnauthenticated(bearer("rubbish"));
	}

	@Test
	void signingKeysWhenUnknownIdsArriveThenUserServiceIsAskedRarely() {
		bearer(Platform.accessToken(TestKeys.FOREIGN, (claims) -> {
		}));
		int asked = Platform.USERS.received("/.well-known/jwks.json").size();
		for (int i = 0; i < 5; i++) {
			bearer(Platform.accessToken(TestKeys.generate(), (claims) -> {
			}));
		}
		assertThat(Platform.USERS.received("/.well-known/jwks.json").size() - asked).isLessThanOrEqualTo(1);
	}

	@Test
	void sessionWhenAliveThenPassportNamesUserAndSession() {
		String cookie = session("csrf-token", Instant.now().plusSeconds(3600));
		assertThat(get(INVOICES, "Cookie", "__Host-billwright_session=" + cookie).statusCode()).isEqualTo(200);
		assertThat(Platform.passport(Platform.INVOICES.last(INVOICES))).containsEntry("kind", "user")
				.containsEntry("sub", "usr_ada")
				.containsEntry("org", "org_acme")
				.containsEntry("mode", "live")
				.containsEntry("role", "admin")
				.containsEntry("sid", TestHash.sha256(cookie));
		assertThat(Platform.INVOICES.last(INVOICES).headers()).doesNotContainKey("cookie");
	}

	@Test
	void sessionWhenUsedThenLivesOnButIsMarkedAtMostOnceAMinute() {
		String cookie = session("csrf-token", Instant.now().plusSeconds(7200));
		String key = "session:{" + TestHash.sha256(cookie) + "}";
		get(INVOICES, "Cookie", "__Host-billwright_session=" + cookie);
		assertThat(this.redis.getExpire(key)).isBetween(7100L, 7200L);
		String seen = Instant.now().minusSeconds(30).getEpochSecond() + "";
		this.redis.opsForHash().put(key, "last_seen_at", seen);
		this.redis.convertAndSend("credentials.revoked", TestHash.sha256(cookie));
		await().during(java.time.Duration.ofMillis(100)).until(() -> true);
		get(INVOICES, "Cookie", "__Host-billwright_session=" + cookie);
		assertThat(this.redis.opsForHash().get(key, "last_seen_at")).isEqualTo(seen);
	}

	@Test
	void sessionWhenUnknownOrPastItsAbsoluteEndThenIsRefused() {
		assertUnauthenticated(get(INVOICES, "Cookie", "__Host-billwright_session=invented"));
		String ended = session("csrf-token", Instant.now().minusSeconds(1));
		assertUnauthenticated(get(INVOICES, "Cookie", "__Host-billwright_session=" + ended));
	}

	@Test
	void sessionWhenChangingSomethingThenNeedsTheCsrfToken() {
		String cookie = "__Host-billwright_session=" + session("csrf-token", Instant.now().plusSeconds(3600));
		HttpResponse<String> without = send("POST", INVOICES, "Cookie", cookie);
		assertThat(without.statusCode()).isEqualTo(403);
		assertThat(without.body()).contains("\"code\":\"csrf_token_invalid\"");
		assertThat(send("POST", INVOICES, "Cookie", cookie, "X-CSRF-Token", "other").statusCode()).isEqualTo(403);
		assertThat(send("POST", INVOICES, "Cookie", cookie, "X-CSRF-Token", "csrf-token").statusCode()).isEqualTo(200);
		assertThat(Platform.INVOICES.last(INVOICES).headers()).doesNotContainKey("x-csrf-token");
	}

	@Test
	void credentialsWhenMoreThanOneThenNoneIsGuessed() {
		String key = Platform.apiKey("live", "org_acme", "");
		String token = Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> {
		});
		HttpResponse<String> answer = get(INVOICES, "X-API-Key", key, "Authorization", "Bearer " + token);
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("\"code\":\"credential_ambiguous\"");
	}

	@Test
	void credentialWhenMissingOrOfAnotherSchemeThenTheAnswerIsTheSame() {
		assertUnauthenticated(get(INVOICES));
		assertUnauthenticated(get(INVOICES, "Authorization", "Basic YWRhOmxvdmVsYWNl"));
	}

	@Test
	void publicPathWhenNoUsableCredentialThenCallerIsAnonymous() {
		assertThat(send("POST", "/api/v1/auth/refresh", "Authorization", "Bearer expired").statusCode()).isEqualTo(200);
		Map<String, Object> passport = Platform.passport(Platform.USERS.last("/api/v1/auth/refresh"));
		assertThat(passport).containsEntry("kind", "anonymous").containsEntry("sub", "anonymous")
				.doesNotContainKey("org");
	}

	@Test
	void publicPathWhenCredentialIsGoodThenCallerIsNamed() {
		String token = Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> {
		});
		get("/api/v1/auth/sessions", "Authorization", "Bearer " + token);
		assertThat(Platform.passport(Platform.USERS.last("/api/v1/auth/sessions"))).containsEntry("sub", "usr_ada");
	}

	@Test
	void modeWhenUnknownThenIsRefused() {
		String token = Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> {
		});
		HttpResponse<String> answer = get(INVOICES, "Authorization", "Bearer " + token, "Billwright-Mode", "demo");
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("billwright-mode");
	}

	private HttpResponse<String> bearer(String token) {
		return get(INVOICES, "Authorization", "Bearer " + token);
	}

	private HttpResponse<String> get(String path, String... headers) {
		return send("GET", path, headers);
	}

	private HttpResponse<String> send(String method, String path, String... headers) {
		return Platform.send(this.port, method, path, headers);
	}

	private static int introspections(String key) {
		return (int) Platform.USERS.received("/internal/credentials/introspect")
				.stream()
				.filter((asked) -> asked.body().contains(TestHash.sha256(key)))
				.count();
	}

	private String session(String csrfToken, Instant end) {
		String cookie = UUID.randomUUID().toString();
		String key = "session:{" + TestHash.sha256(cookie) + "}";
		this.redis.opsForHash()
				.putAll(key, Map.of("organization_id", "org_acme", "user_id", "usr_ada", "role", "admin", "scope",
						"invoices:read", "created_at", "0", "last_seen_at", "0", "csrf", csrfToken, "expires_at",
						Long.toString(end.getEpochSecond()), "ip", "10.0.0.1", "user_agent", "test"));
		return cookie;
	}

	private static void assertUnauthenticated(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(answer.body()).contains("\"code\":\"unauthenticated\"")
				.contains("\"detail\":\"A valid credential is required.\"");
	}

}
