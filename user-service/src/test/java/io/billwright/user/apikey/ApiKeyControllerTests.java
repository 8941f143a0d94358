package io.billwright.user.apikey;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;

import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;

class ApiKeyControllerTests extends AccountsSpec {

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Test
	void keyWhenCreatedThenItsSecretIsShownOnceAndTheGatewayLearnsWhoseItIs() {
		Person owner = owner();
		Key key = create(owner, "live", List.of("invoices:read", "invoices:write"));
		assertThat(key.secret()).matches("bw_live_[0-9A-Za-z]{49}").startsWith(key.prefix());
		owner.on(this.client)
				.get()
				.uri("/api/v1/api-keys/" + key.id())
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.secret")
				.doesNotExist()
				.jsonPath("$.status")
				.isEqualTo("active");
		introspect(key.secret()).jsonPath("$.active")
				.isEqualTo(true)
				.jsonPath("$.key_id")
				.isEqualTo(key.id())
				.jsonPath("$.organization_id")
				.isEqualTo(owner.organization())
				.jsonPath("$.mode")
				.isEqualTo("live")
				.jsonPath("$.scope")
				.isEqualTo("invoices:read invoices:write");
	}

	@Test
	void keyWhenRevokedThenGatewaysAreToldAndItIsInactive() {
		Person owner = owner();
		Key key = create(owner, "test", List.of("usage:write"));
		StepVerifier.create(this.redis.listenToChannel("credentials.revoked").map((message) -> message.getMessage()))
				.thenAwait(Duration.ofMillis(300))
				.then(() -> owner.on(this.client)
						.delete()
						.uri("/api/v1/api-keys/" + key.id())
						.exchange()
						.expectStatus()
						.isNoContent())
				.thenConsumeWhile((announced) -> !announced.equals(Secrets.hex(key.secret())))
				.expectNext(Secrets.hex(key.secret()))
				.thenCancel()
				.verify(PATIENCE);
		introspect(key.secret()).jsonPath("$.active").isEqualTo(false).jsonPath("$.key_id").doesNotExist();
	}

	@Test
	void keyWhenRotatedThenOldAndNewAreGoodDuringTheOverlap() {
		Person owner = owner();
		Key old = create(owner, "live", List.of("search:read"));
		Key successor = rotate(owner, old, 3600);
		introspect(old.secret()).jsonPath("$.active").isEqualTo(true).jsonPath("$.expires_at").isNotEmpty();
		introspect(successor.secret()).jsonPath("$.active").isEqualTo(true);
		Key at = rotate(owner, successor, 0);
		introspect(successor.secret()).jsonPath("$.active").isEqualTo(false);
		introspect(at.secret()).jsonPath("$.active").isEqualTo(true);
	}

	@Test
	void keyWhenItExpiresThenIsInactiveAndOnlyItsHashWasEverStored() {
		TestClock clock = new TestClock();
		ApiKeys keys = new ApiKeys(this.database, clock);
		Key key = owner().on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "short", "mode", "live", "scopes", List.of("search:read"), "expires_at",
						clock.instant().plusSeconds(3600).toString()))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(Key.class)
				.returnResult()
				.getResponseBody();
		clock.advance(Duration.ofSeconds(3599));
		assertThat(isActive(keys, key)).isTrue();
		clock.advance(Duration.ofSeconds(1));
		assertThat(isActive(keys, key)).isFalse();
		assertThat(this.database.sql("SELECT count(*) FROM api_keys WHERE api_keys::text LIKE '%' || :rest || '%'")
				.bind("rest", key.secret().substring(key.prefix().length()))
				.mapValue(Long.class)
				.one()
				.as(this.system::transactional)
				.block(PATIENCE)).isZero();
	}

	private Boolean isActive(ApiKeys keys, Key key) {
		return keys.findActive(Secrets.hash(key.secret())).hasElement().as(this.system::transactional).block(PATIENCE);
	}

	@Test
	void keyWhenItWouldDoMoreThanItsMakerThenIsRefused() {
		Person owner = owner();
		Passports.user(owner.organization(), "api_keys:write", "invoices:read")
				.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(
						Map.of("name", "greedy", "mode", "live", "scopes", List.of("invoices:read", "invoices:write")))
				.exchange()
				.expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("scopes_exceeded");
		Passports.apiKey(owner.organization(), "api_keys:write", "invoices:read")
				.inTestMode()
				.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "escaping", "mode", "live", "scopes", List.of("invoices:read")))
				.exchange()
				.expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("other_mode");
	}

	@Test
	void keyWhenAnotherOrganizationsThenDoesNotExist() {
		Person owner = owner();
		Person stranger = owner();
		Key key = create(owner, "live", List.of("search:read"));
		WebTestClient strange = stranger.on(this.client);
		strange.get().uri("/api/v1/api-keys/" + key.id()).exchange().expectStatus().isNotFound();
		strange.delete().uri("/api/v1/api-keys/" + key.id()).exchange().expectStatus().isNotFound();
		strange.post().uri("/api/v1/api-keys/" + key.id() + "/rotate").exchange().expectStatus().isNotFound();
		strange.get().uri("/api/v1/api-keys").exchange().expectBody().jsonPath("$.data").isEmpty();
		introspect(key.secret()).jsonPath("$.active").isEqualTo(true);
	}

	@Test
	void keysWhenListedThenComeInPagesTheNewestFirst() {
		Person owner = owner();
		Key first = create(owner, "live", List.of("search:read"));
		Key second = create(owner, "live", List.of("search:read"));
		Key third = create(owner, "test", List.of("search:read"));
		Keys page = list(owner, "?limit=2");
		assertThat(page.data()).extracting(Key::id).containsExactly(third.id(), second.id());
		Keys rest = list(owner, "?limit=2&cursor=" + page.next_cursor());
		assertThat(rest.data()).extracting(Key::id).containsExactly(first.id());
		assertThat(rest.has_more()).isFalse();
	}

	@Test
	void keyWhenTheRequestIsWrongThenAllProblemsAreTold() {
		owner().on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "k", "mode", "live", "scopes", List.of("no:such"), "expires_at",
						"2020-01-01T00:00:00Z"))
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[*].field")
				.value((List<String> fields) -> assertThat(fields).containsExactly("expires_at", "scopes[0]"));
	}

	@Test
	void keysWhenMadeAtTheSameTimeThenNeverMoreThanAllowed() {
		Person owner = owner();
		write(owner,
				"""
						INSERT INTO api_keys (id, version, name, live, secret_hash, shown, scopes, created_by, created_at)
						SELECT uuidv7(), 1, 'key', true, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'bw', '{}', 'test',
							now()
						FROM generate_series(1, 98)""");
		assertThat(atOnce(Collections.nCopies(6, () -> status(order(owner))))).containsExactlyInAnyOrder(201, 201, 409,
				409, 409, 409);
	}

	private Key rotate(Person person, Key key, int overlapSeconds) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/api-keys/" + key.id() + "/rotate")
				.bodyValue(Map.of("overlap_seconds", overlapSeconds))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(Key.class)
				.returnResult()
				.getResponseBody();
	}

	private WebTestClient.ResponseSpec order(Person person) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "one more", "mode", "live", "scopes", List.of("search:read")))
				.exchange();
	}

	private Keys list(Person person, String query) {
		return person.on(this.client)
				.get()
				.uri("/api/v1/api-keys" + query)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(Keys.class)
				.returnResult()
				.getResponseBody();
	}

	private Key create(Person person, String mode, List<String> scopes) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "integration", "mode", mode, "scopes", scopes))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectHeader()
				.valueEquals("Cache-Control", "no-store")
				.expectBody(Key.class)
				.returnResult()
				.getResponseBody();
	}

	private WebTestClient.BodyContentSpec introspect(String secret) {
		return Passports.service()
				.on(this.client)
				.post()
				.uri("/internal/credentials/introspect")
				.bodyValue(Map.of("api_key_sha256", Secrets.hex(secret)))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody();
	}

	record Key(String id, String prefix, String secret) {}

	record Keys(List<Key> data, String next_cursor, boolean has_more) {}

}
