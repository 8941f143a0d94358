package io.billwright.user.apikey;

import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.secret.Sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SigningSecretTests extends AccountsSpec {

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Autowired
	private Sealing sealing;

	@Test
	void secretWhenCreatedThenIsShownOnceAndKeptSealed() {
		Person owner = owner();
		String key = key(owner, "secret");
		String secret = secret(owner, key, 3600);
		assertThat(secret).matches("bw_sig_[0-9A-Za-z_-]{43}");
		assertThat(get(owner, path(key)).path("data").get(0).has("secret")).isFalse();
		assertThat(get(owner, path(key)).toString()).doesNotContain(secret);
		assertThat(as(owner,
				this.database.sql("SELECT count(*) FROM signing_secrets WHERE encode(sealed, 'hex') LIKE :any")
						.bind("any", "%" + HexFormat.of().formatHex(secret.substring(0, 12).getBytes()) + "%")
						.mapValue(Long.class)
						.one())
				.block(PATIENCE)).isZero();
	}

	@Test
	void gatewayWhenItAsksByTheKeysIdThenIsToldWhoseItIsAndItsSecret() {
		Person owner = owner();
		String key = key(owner, "secret");
		assertThat(introspect(key).at("/key/active").asBoolean()).isFalse();
		String secret = secret(owner, key, 3600);
		JsonNode found = introspect(key);
		assertThat(found.at("/key/active").asBoolean()).isTrue();
		assertThat(found.at("/key/key_id").asString()).isEqualTo(key);
		assertThat(found.at("/key/organization_id").asString()).isEqualTo(owner.organization());
		assertThat(found.at("/key/scope").asString()).isEqualTo("search:read");
		assertThat(texts(found)).containsExactly(secret);
		await().atMost(Duration.ofSeconds(20))
				.until(() -> !get(owner, "/api/v1/api-keys/" + key).path("last_used_at").isNull());
	}

	@Test
	void secretsWhenAskedForByAnybodyButAServiceThenAreNotThere() {
		Person owner = owner();
		String key = key(owner, "secret");
		secret(owner, key, 0);
		for (Passport passport : List.of(owner.passport(), Passports.anonymous(),
				Passports.apiKey(owner.organization(), "api_keys:read"))) {
			passport.on(this.client)
					.post()
					.uri("/internal/credentials/signing")
					.bodyValue(Map.of("api_key_id", key))
					.exchange()
					.expectStatus()
					.isNotFound();
		}
	}

	@Test
	void secretWhenReplacedThenTheOneBeforeIsGoodForTheOverlapAndNoneBeforeThat() {
		Person owner = owner();
		String key = key(owner, "secret");
		secret(owner, key, 3600);
		String second = secret(owner, key, 3600);
		String third = secret(owner, key, 3600);
		assertThat(texts(introspect(key))).containsExactly(third, second);
		TestClock clock = new TestClock();
		SigningSecrets secrets = new SigningSecrets(this.database, this.sealing, clock);
		clock.advance(Duration.ofSeconds(3601));
		assertThat(as(owner,
				secrets.of(Ids.parse(ApiKeyId.class, key))
						.map(SigningSecret::text)
						.collectList())
				.block(PATIENCE)).containsExactly(third);
		String fourth = secret(owner, key, 0);
		assertThat(texts(introspect(key))).containsExactly(fourth);
	}

	@Test
	void secretsWhenMadeAtTheSameTimeThenOneIsCurrent() {
		Person owner = owner();
		String key = key(owner, "secret");
		List<String> made = atOnce(Collections.nCopies(4, () -> secret(owner, key, 0)));
		assertThat(texts(introspect(key))).hasSize(1).isSubsetOf(made);
	}

	@Test
	void secretWhenReplacedOrRevokedThenGatewaysAreToldAndItIsWorthless() {
		Set<String> announced = ConcurrentHashMap.newKeySet();
		Disposable listening = this.redis.listenToChannelLater("credentials.revoked")
				.block(PATIENCE)
				.subscribe((message) -> announced.add(message.getMessage()));
		Person owner = owner();
		String key = key(owner, "secret");
		secret(owner, key, 0);
		await().atMost(PATIENCE).until(() -> announced.remove(key));
		owner.on(this.client).delete().uri(path(key)).exchange().expectStatus().isNoContent();
		await().atMost(PATIENCE).until(() -> announced.remove(key));
		assertThat(introspect(key).at("/key/active").asBoolean()).isFalse();
		assertThat(get(owner, path(key)).path("data").isEmpty()).isTrue();
		secret(owner, key, 0);
		announced.clear();
		owner.on(this.client).delete().uri("/api/v1/api-keys/" + key).exchange().expectStatus().isNoContent();
		await().atMost(PATIENCE).until(() -> announced.contains(key));
		assertThat(introspect(key).at("/key/active").asBoolean()).isFalse();
		assertThat(introspect(key).path("secrets").isEmpty()).isTrue();
		listening.dispose();
	}

	@Test
	void secretWhenItsKeyIsPublishableOrRevokedThenIsRefused() {
		Person owner = owner();
		create(owner, key(owner, "publishable"), 0).expectStatus()
				.isEqualTo(409)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("api_key_publishable");
		String revoked = key(owner, "secret");
		owner.on(this.client).delete().uri("/api/v1/api-keys/" + revoked).exchange().expectStatus().isNoContent();
		create(owner, revoked, 0).expectStatus()
				.isEqualTo(409)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("api_key_not_active");
	}

	/// Whoever signs with it may do what the key may.
	@Test
	void secretWhenItWouldDoMoreThanItsMakerThenIsRefused() {
		Person owner = owner();
		String key = key(owner, "secret");
		Passports.user(owner.organization(), "api_keys:write")
				.on(this.client)
				.post()
				.uri(path(key))
				.exchange()
				.expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("scopes_exceeded");
		Passports.apiKey(owner.organization(), "api_keys:write", "search:read")
				.inTestMode()
				.on(this.client)
				.post()
				.uri(path(key))
				.exchange()
				.expectStatus()
				.isForbidden();
	}

	@Test
	void secretsWhenAnotherOrganizationsThenTheirKeyDoesNotExist() {
		Person owner = owner();
		WebTestClient strange = owner().on(this.client);
		String key = key(owner, "secret");
		String secret = secret(owner, key, 0);
		strange.get().uri(path(key)).exchange().expectStatus().isNotFound();
		strange.post().uri(path(key)).exchange().expectStatus().isNotFound();
		strange.delete().uri(path(key)).exchange().expectStatus().isNotFound();
		assertThat(texts(introspect(key))).containsExactly(secret);
	}

	private JsonNode introspect(String key) {
		return Passports.service()
				.on(this.client)
				.post()
				.uri("/internal/credentials/signing")
				.bodyValue(Map.of("api_key_id", key))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
	}

	private static List<String> texts(JsonNode found) {
		return found.path("secrets").valueStream().map((secret) -> secret.path("text").asString()).toList();
	}

	private String secret(Person person, String key, int overlapSeconds) {
		return create(person, key, overlapSeconds).expectStatus()
				.isCreated()
				.expectHeader()
				.valueEquals("Cache-Control", "no-store")
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()
				.path("secret")
				.asString();
	}

	private WebTestClient.ResponseSpec create(Person person, String key, int overlapSeconds) {
		return person.on(this.client)
				.post()
				.uri(path(key))
				.bodyValue(Map.of("overlap_seconds", overlapSeconds))
				.exchange();
	}

	private static String path(String key) {
		return "/api/v1/api-keys/" + key + "/signing-secrets";
	}

	private String key(Person person, String kind) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "partner", "kind", kind, "mode", "live", "scopes",
						List.of("publishable".equals(kind) ? "catalog:read" : "search:read")))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()
				.path("id")
				.asString();
	}

}
