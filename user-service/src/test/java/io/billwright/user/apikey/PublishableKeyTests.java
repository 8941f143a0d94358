package io.billwright.user.apikey;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;
import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PublishableKeyTests extends AccountsSpec {

	private static final String SHOP = "https://shop.example.com";

	@Test
	void keyWhenPublishableThenIsShownAgainAtAnyTime() {
		Person owner = owner();
		JsonNode key = created(owner, Map.of("allowed_origins", List.of(SHOP)));
		assertThat(key.path("kind").asString()).isEqualTo("publishable");
		assertThat(key.path("publishable_key").asString()).matches("bw_pub_live_[0-9A-Za-z]{49}")
				.startsWith(key.path("prefix").asString());
		assertThat(key.has("secret")).isFalse();
		JsonNode shown = get(owner, "/api/v1/api-keys/" + key.path("id").asString());
		assertThat(shown).isEqualTo(key);
		assertThat(get(owner, "/api/v1/api-keys").path("data").get(0)).isEqualTo(key);
	}

	@Test
	void keyWhenNothingIsSaidOfItsKindThenIsSecretAndNeverShownAgain() {
		Person owner = owner();
		JsonNode key = body(create(owner, Map.of("name", "ci", "mode", "live", "scopes", List.of("catalog:read"))));
		assertThat(key.path("kind").asString()).isEqualTo("secret");
		assertThat(key.has("publishable_key")).isFalse();
		assertThat(key.path("secret").asString()).startsWith("bw_live_");
		assertThat(get(owner, "/api/v1/api-keys/" + key.path("id").asString()).toString())
				.doesNotContain(key.path("secret").asString());
	}

	@Test
	void keyWhenTheGatewayAsksThenLearnsThatItIsPublishableAndFromWhere() {
		Person owner = owner();
		JsonNode key = created(owner, Map.of("allowed_origins", List.of(SHOP)));
		JsonNode found = introspect(key);
		assertThat(found.path("kind").asString()).isEqualTo("publishable");
		assertThat(found.path("scope").asString()).isEqualTo("catalog:read");
		assertThat(found.path("organization_id").asString()).isEqualTo(owner.organization());
		assertThat(found.path("allowed_origins").get(0).asString()).isEqualTo(SHOP);
		assertThat(introspect(created(owner, Map.of())).path("allowed_origins").isEmpty()).isTrue();
	}

	@Test
	void keyWhenItIsToDoMoreThanEverybodyMayThenEachSuchScopeIsNamed() {
		create(owner(), request(Map.of("scopes", List.of("customers:read", "catalog:read", "catalog:write"))))
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("invalid_request")
				.jsonPath("$.errors[*].field")
				.value((List<String> fields) -> assertThat(fields).containsExactly("scopes[0]", "scopes[2]"))
				.jsonPath("$.errors[0].code")
				.isEqualTo("not_publishable");
	}

	@Test
	void originsWhenTheyAreNoneOrTheKeyIsSecretThenAreRefused() {
		Person owner = owner();
		create(owner, request(Map.of("allowed_origins", List.of(SHOP, "https://shop.example.com/path")))).expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].field")
				.isEqualTo("allowed_origins[1]");
		create(owner, request(Map.of("kind", "secret", "allowed_origins", List.of(SHOP)))).expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].field")
				.isEqualTo("allowed_origins")
				.jsonPath("$.errors[0].code")
				.isEqualTo("publishable_only");
	}

	@Test
	void keyWhenRotatedThenItsSuccessorIsPublishableToo() {
		Person owner = owner();
		JsonNode key = created(owner, Map.of("allowed_origins", List.of(SHOP)));
		JsonNode successor = body(owner.on(this.client)
				.post()
				.uri("/api/v1/api-keys/" + key.path("id").asString() + "/rotate")
				.exchange());
		assertThat(successor.path("publishable_key").asString()).startsWith("bw_pub_live_")
				.isNotEqualTo(key.path("publishable_key").asString());
		assertThat(introspect(successor).path("allowed_origins").get(0).asString()).isEqualTo(SHOP);
	}

	@Test
	void keyWhenAnotherOrganizationsThenIsNotShown() {
		Person stranger = owner();
		JsonNode key = created(owner(), Map.of());
		stranger.on(this.client)
				.get()
				.uri("/api/v1/api-keys/" + key.path("id").asString())
				.exchange()
				.expectStatus()
				.isNotFound();
		assertThat(get(stranger, "/api/v1/api-keys").path("data").isEmpty()).isTrue();
	}

	@Test
	void keyWhenSomethingWidensItPastTheApiThenTheDatabaseRefuses() {
		Person owner = owner();
		created(owner, Map.of());
		assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> write(owner, "UPDATE api_keys SET scopes = '{catalog:read,invoices:read}'"));
	}

	private JsonNode introspect(JsonNode key) {
		return body(Passports.service()
				.on(this.client)
				.post()
				.uri("/internal/credentials/introspect")
				.bodyValue(Map.of("api_key_sha256", Secrets.hex(key.path("publishable_key").asString())))
				.exchange());
	}

	private JsonNode created(Person person, Map<String, Object> changes) {
		return body(create(person, request(changes)).expectStatus().isCreated());
	}

	private WebTestClient.ResponseSpec create(Person person, Map<String, Object> request) {
		return person.on(this.client).post().uri("/api/v1/api-keys").bodyValue(request).exchange();
	}

	private static Map<String, Object> request(Map<String, Object> changes) {
		Map<String, Object> request = new HashMap<>(Map.of("name", "shop", "kind", "publishable", "mode", "live",
				"scopes", List.of("catalog:read")));
		request.putAll(changes);
		return request;
	}

	private static JsonNode body(WebTestClient.ResponseSpec answer) {
		return answer.expectStatus().is2xxSuccessful().expectBody(JsonNode.class).returnResult().getResponseBody();
	}

}
