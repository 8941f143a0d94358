package io.billwright.user.webhook;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.Passports;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookEndpointControllerTests extends WebhooksSpec {

	private static final String URL = "https://hooks.example.com/billwright?a=b";

	@Test
	void endpointWhenCreatedThenItsSecretIsShownOnceAndKeptSealed() {
		Person owner = owner();
		JsonNode endpoint = create(owner.on(this.client),
				Map.of("url", URL, "description", "Books", "event_types",
						List.of("invoice.*", "usage.threshold_reached",
								"invoice.*")))
				.expectStatus()
				.isCreated()
				.expectHeader()
				.valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
				.expectHeader()
				.valueMatches(HttpHeaders.LOCATION, ENDPOINTS + "/whk_[0-9a-z]{26}")
				.expectHeader()
				.valueEquals(HttpHeaders.ETAG, "\"1\"")
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		String secret = endpoint.path("secret").asString();
		assertThat(secret).matches("whsec_[0-9A-Za-z+/]{43}=");
		assertThat(endpoint.path("event_types").toString()).isEqualTo("[\"invoice.*\",\"usage.threshold_reached\"]");
		JsonNode shown = get(owner, pathOf(endpoint));
		assertThat(shown.path("url").asString()).isEqualTo(URL);
		assertThat(shown.path("description").asString()).isEqualTo("Books");
		assertThat(shown.path("status").asString()).isEqualTo("enabled");
		assertThat(shown.path("disabled_reason").isNull()).isTrue();
		assertThat(shown.has("secret")).isFalse();
		assertThat(as(owner,
				this.database.sql("SELECT position(convert_to(:secret, 'UTF8') IN secret) FROM webhook_endpoints "
						+ "WHERE organization_id = app_organization()")
						.bind("secret", secret.substring(0, 12))
						.mapValue(Integer.class)
						.one())
				.block(PATIENCE)).isZero();
		assertThat(actions(owner, endpoint)).containsExactly("webhook_endpoint.created");
	}

	@Test
	void requestWhenSeveralFieldsAreBadThenAllAreTold() {
		WebTestClient client = owner().on(this.client);
		create(client,
				Map.of("url", " ", "event_types", List.of("invoices", "invoice.", "user.created", "Invoice.paid")))
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors.length()")
				.isEqualTo(5);
		create(client, Map.of("url", URL, "event_types", List.of())).expectStatus().isBadRequest();
		create(client, Map.of("event_types", List.of("*"))).expectStatus().isBadRequest();
		for (String url : List.of("https://user:secret@example.com/", "https://example.com/#top", "ftp://example.com",
				"https://10.0.0.1/", "https://[::1]/", "http://169.254.169.254/latest/meta-data")) {
			create(client, Map.of("url", url, "event_types", List.of("*"))).expectStatus()
					.isBadRequest()
					.expectBody()
					.jsonPath("$.errors[0].field")
					.isEqualTo("url")
					.jsonPath("$.errors[0].code")
					.isEqualTo("url_not_allowed");
		}
		create(client, Map.of("url", "https://exa mple.com/", "event_types", List.of("*"))).expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].code")
				.isEqualTo("malformed");
	}

	@Test
	void endpointWhenPatchedThenChangesUnlessAnotherVersionIsMeant() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		patch(owner, endpoint, "\"7\"", Map.of("description", "x")).expectStatus().isEqualTo(412);
		JsonNode disabled = patch(owner, endpoint, "\"1\"",
				Map.of("description", "Ledger", "event_types", List.of("payment.recorded"), "status", "disabled"))
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals(HttpHeaders.ETAG, "\"2\"")
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(disabled.path("status").asString()).isEqualTo("disabled");
		assertThat(disabled.path("disabled_reason").asString()).isEqualTo("by_hand");
		assertThat(disabled.path("url")).isEqualTo(endpoint.path("url"));
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 409);
		patch(owner, endpoint, "*", Map.of("status", "enabled")).expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.disabled_reason")
				.isEmpty();
		patch(owner, endpoint, "*", Map.of("url", "https://127.1.2.3:1/#")).expectStatus().isBadRequest();
		write(owner,
				"UPDATE webhook_endpoints SET url = 'https://10.0.0.1/' WHERE organization_id = app_organization()");
		patch(owner, endpoint, "*", Map.of("url", "https://10.0.0.2/")).expectStatus().isBadRequest();
		patch(owner, endpoint, "*", Map.of("status", "disabled")).expectStatus().isOk();
		patch(owner, endpoint, "*", Map.of("secret", "whsec_")).expectStatus().isBadRequest();
		owner.on(this.client)
				.get()
				.uri(pathOf(endpoint))
				.header(HttpHeaders.IF_NONE_MATCH, "\"4\"")
				.exchange()
				.expectStatus()
				.isEqualTo(304);
		assertThat(actions(owner, endpoint)).containsExactly("webhook_endpoint.updated", "webhook_endpoint.updated",
				"webhook_endpoint.updated", "webhook_endpoint.created");
	}

	@Test
	void endpointWhenDeletedThenIsNotThereAnyMore() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		owner.on(this.client).delete().uri(pathOf(endpoint)).exchange().expectStatus().isNoContent();
		for (String below : List.of("", "/deliveries")) {
			owner.on(this.client).get().uri(pathOf(endpoint) + below).exchange().expectStatus().isNotFound();
		}
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 404);
		assertThat(get(owner, ENDPOINTS).path("data")).isEmpty();
		assertThat(actions(owner, endpoint)).containsExactly("webhook_endpoint.deleted", "webhook_endpoint.created");
	}

	@Test
	void endpointsWhenListedThenComeInPagesTheNewestFirst() {
		Person owner = owner();
		List<String> ids = IntStream.range(0, 3)
				.mapToObj((i) -> endpoint(owner, "*").path("id").asString())
				.toList()
				.reversed();
		JsonNode first = get(owner, ENDPOINTS + "?limit=2");
		JsonNode second = get(owner, ENDPOINTS + "?limit=2&cursor=" + first.path("next_cursor").asString());
		assertThat(first.path("data").valueStream().map((one) -> one.path("id").asString()))
				.containsExactlyElementsOf(ids.subList(0, 2));
		assertThat(second.path("data").valueStream().map((one) -> one.path("id").asString()))
				.containsExactly(ids.getLast());
	}

	@Test
	void endpointWhenOneTooManyThenIsRefusedHoweverManyAreMadeAtOnce() {
		Person owner = owner();
		WebTestClient client = owner.on(this.client);
		IntStream.range(0, 18).forEach((i) -> endpoint(owner, "*"));
		List<Integer> statuses = atOnce(IntStream.range(0, 4)
				.<Callable<Integer>>mapToObj((i) -> () -> status(
						create(client, Map.of("url", URL, "event_types", List.of("*")))))
				.toList());
		assertThat(statuses).containsExactlyInAnyOrder(201, 201, 409, 409);
		create(client, Map.of("url", URL, "event_types", List.of("*"))).expectStatus()
				.isEqualTo(409)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("too_many_webhook_endpoints");
		endpoint(owner.passport().inTestMode().on(this.client), this.path, "*");
	}

	@Test
	void endpointWhenAnotherOrganizationsOrModesThenDoesNotExist() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		String delivery = post(owner.on(this.client), pathOf(endpoint) + "/ping", 202).path("id").asString();
		for (WebTestClient strange : List.of(owner().on(this.client),
				owner.passport().inTestMode().on(this.client))) {
			assertThat(strange.get()
					.uri(ENDPOINTS)
					.exchange()
					.expectBody(JsonNode.class)
					.returnResult()
					.getResponseBody()
					.path("data")).isEmpty();
			for (String path : List.of("", "/deliveries", "/deliveries/" + delivery)) {
				strange.get().uri(pathOf(endpoint) + path).exchange().expectStatus().isNotFound();
			}
			for (String path : List.of("/ping", "/rotate-secret", "/deliveries/" + delivery + "/replay")) {
				post(strange, pathOf(endpoint) + path, 404);
			}
			strange.patch()
					.uri(pathOf(endpoint))
					.bodyValue(Map.of("description", "mine"))
					.exchange()
					.expectStatus()
					.isNotFound();
			strange.delete().uri(pathOf(endpoint)).exchange().expectStatus().isNotFound();
		}
		assertThat(get(owner, pathOf(endpoint)).path("version").asLong()).isEqualTo(1);
	}

	/// However the path is written: live endpoints are not found through it in test mode.
	@Test
	void endpointsWhenThePathIsEncodedThenTheModesAreStillSeparate() {
		Person owner = owner();
		endpoint(owner, "*");
		assertThat(encoded(owner.on(this.client)).path("data")).hasSize(1);
		assertThat(encoded(owner.passport().inTestMode().on(this.client)).path("data")).isEmpty();
	}

	private static JsonNode encoded(WebTestClient client) {
		return client.get()
				.uri((base) -> URI.create(base.build().toString().replaceFirst("/$", "")
						+ "/api/v1/webhook%2Dendpoints"))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
	}

	@Test
	void endpointsWhenTheScopeIsMissingThenAreRefused() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		WebTestClient reader = Passports.apiKey(owner.organization(), "webhooks:read").on(this.client);
		reader.get().uri(pathOf(endpoint)).exchange().expectStatus().isOk();
		reader.delete().uri(pathOf(endpoint)).exchange().expectStatus().isForbidden();
		post(reader, pathOf(endpoint) + "/ping", 403);
		post(reader, pathOf(endpoint) + "/rotate-secret", 403);
		Passports.apiKey(owner.organization(), "api_keys:write")
				.on(this.client)
				.get()
				.uri(ENDPOINTS)
				.exchange()
				.expectStatus()
				.isForbidden();
	}

	private WebTestClient.ResponseSpec patch(Person person, JsonNode endpoint, String version, Map<String, ?> patch) {
		return person.on(this.client)
				.patch()
				.uri(pathOf(endpoint))
				.header(HttpHeaders.IF_MATCH, version)
				.bodyValue(patch)
				.exchange();
	}

	private List<String> actions(Person person, JsonNode endpoint) {
		assertThat(isTrailValid(person)).isTrue();
		return get(person, "/api/v1/audit-log?resource=" + endpoint.path("id").asString()).path("data")
				.valueStream()
				.map((entry) -> entry.path("action").asString())
				.toList();
	}

}
