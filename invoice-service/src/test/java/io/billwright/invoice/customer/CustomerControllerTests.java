package io.billwright.invoice.customer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest
class CustomerControllerTests {

	private static final String ACME = """
			{
				"external_id": "crm-1",
				"name": "Acmé GmbH",
				"email": "billing@acme.example",
				"phone": "+49 30 1234567",
				"billing_address": {"line1": "Hauptstraße 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
				"shipping_address": {"line1": "Lager 7", "city": "Wien", "country": "AT"},
				"tax_ids": [{"type": "eu_vat", "value": "de 123.456.789"}],
				"currency": "EUR",
				"time_zone": "Europe/Berlin",
				"payment_terms_days": 14,
				"metadata": {"segment": "smb"}
			}""";

	private final Passport passport = Passports.user(Passports.freshId("org"), "customers:read", "customers:write");

	private final WebTestClient anybody;

	private final WebTestClient client;

	CustomerControllerTests(@Autowired WebTestClient anybody) {
		this.anybody = anybody;
		this.client = this.passport.on(anybody);
	}

	@Test
	void createWhenCompleteThenAnswersAndKeepsEverything() {
		JsonNode created = body(create(ACME).expectStatus()
				.isCreated()
				.expectHeader()
				.valueEquals(HttpHeaders.ETAG, "\"1\"")
				.expectHeader()
				.valueMatches(HttpHeaders.LOCATION, "/api/v1/customers/cus_[0-9a-z]{26}"));
		assertThat(created.path("status").asString()).isEqualTo("active");
		assertThat(created.at("/tax_ids/0/value").asString()).isEqualTo("DE123456789");
		assertThat(created.at("/billing_address/line2").isNull()).isTrue();
		assertThat(created.path("created_at").asString()).endsWith("Z")
				.isEqualTo(created.path("updated_at").asString());
		get(id(created)).expectStatus().isOk().expectBody().json(created.toString(), JsonCompareMode.STRICT);
	}

	@Test
	void createWhenOnlyTheNecessaryThenDefaultsApply() {
		create(named("Bo")).expectStatus().isCreated().expectBody().json("""
				{"external_id": null, "email": null, "billing_address": null, "tax_ids": [], "currency": "EUR",
				 "time_zone": "UTC", "payment_terms_days": 30, "metadata": {}, "archived_at": null}""");
	}

	@Test
	void createWhenManyFieldsAreWrongThenNamesAllOfThem() {
		JsonNode problem = body(create("""
				{
					"external_id": " ",
					"email": "nobody",
					"phone": "call me",
					"billing_address": {"country": "XX", "planet": "Earth"},
					"tax_ids": [{"type": "eu_vat", "value": "DE12"}, {"type": "moon_vat", "value": "1"}],
					"currency": "EURO",
					"time_zone": "+02:00",
					"payment_terms_days": 366,
					"metadata": {"a b": "c"}
				}""").expectStatus().isBadRequest());
		assertThat(fields(problem)).containsExactlyInAnyOrder("external_id", "name", "email", "phone",
				"billing_address.country", "billing_address.planet", "tax_ids[0]", "tax_ids[1].type", "currency",
				"time_zone", "payment_terms_days", "metadata");
	}

	@ParameterizedTest
	@ValueSource(strings = {"XXX", "XAU"})
	void createWhenCurrencyHasNoMinorUnitsThenRefused(String currency) {
		JsonNode problem = body(create("{\"name\": \"Bo\", \"currency\": \"" + currency + "\"}").expectStatus()
				.isBadRequest());
		assertThat(fields(problem)).containsExactly("currency");
	}

	@Test
	void createWhenATextCannotBeKeptThenRefused() {
		JsonNode problem = body(create("""
				{"name": "B\\u0000o", "email": "\\u0000@b.example", "external_id": "\\ud83d", "currency": "EUR"}""")
				.expectStatus()
				.isBadRequest());
		assertThat(fields(problem)).containsExactlyInAnyOrder("name", "email", "external_id");
	}

	@Test
	void createWhenExternalIdIsTakenThenConflictsAndCreatesNothing() {
		create(ACME).expectStatus().isCreated();
		create(ACME).expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("customer_external_id_taken");
		assertThat(names(list("?external_id=crm-1"))).containsExactly("Acmé GmbH");
	}

	@Test
	void createWhenExternalIdIsTakenInAnotherWorldThenSucceeds() {
		create(ACME).expectStatus().isCreated();
		create(this.passport.inTestMode().on(this.anybody), ACME).expectStatus().isCreated();
		create(Passports.user(Passports.freshId("org"), "customers:write").on(this.anybody), ACME).expectStatus()
				.isCreated();
	}

	@Test
	void createWhenRepeatedWithItsKeyThenCreatesOnce() {
		for (int i = 0; i < 2; i++) {
			this.client.post()
					.uri("/api/v1/customers")
					.header("Idempotency-Key", "key-1")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(ACME)
					.exchange()
					.expectStatus()
					.isCreated();
		}
		assertThat(names(list(""))).hasSize(1);
	}

	@Test
	void getWhenUnknownOrMalformedThenNotFound() {
		get(Passports.freshId("cus")).expectStatus().isNotFound();
		get(Passports.freshId("inv")).expectStatus().isNotFound();
		get("cus_x").expectStatus().isNotFound();
	}

	@Test
	void getWhenClientHasTheVersionThenNotModified() {
		String id = createdId(ACME);
		this.client.get()
				.uri("/api/v1/customers/{id}", id)
				.header(HttpHeaders.IF_NONE_MATCH, "\"1\"")
				.exchange()
				.expectStatus()
				.isNotModified();
	}

	@Test
	void changeWhenPatchedThenMergesAndCountsTheVersion() {
		String id = createdId(ACME);
		patch(id, "{\"name\": \"Acme AG\", \"email\": null, \"billing_address\": {\"city\": \"Bonn\"}}").expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals(HttpHeaders.ETAG, "\"2\"")
				.expectBody()
				.json("""
						{"version": 2, "name": "Acme AG", "email": null, "external_id": "crm-1",
						 "billing_address": {"line1": "Hauptstraße 1", "city": "Bonn", "country": "DE"}}""");
		get(id).expectBody().jsonPath("$.name").isEqualTo("Acme AG").jsonPath("$.version").isEqualTo(2);
	}

	@Test
	void changeWhenNothingDiffersThenKeepsTheVersion() {
		patch(createdId(ACME), "{\"name\": \"Acmé GmbH\"}").expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.version")
				.isEqualTo(1);
	}

	@Test
	void changeWhenTheResultIsInvalidThenNamesAllProblems() {
		JsonNode problem = body(patch(createdId(ACME), "{\"name\": null, \"currency\": 7, \"id\": \"cus_1\"}")
				.expectStatus()
				.isBadRequest());
		assertThat(fields(problem)).containsExactlyInAnyOrder("name", "currency", "id");
	}

	@Test
	void changeWhenExternalIdIsTakenThenConflicts() {
		create(ACME).expectStatus().isCreated();
		patch(createdId(named("Bo")), "{\"external_id\": \"crm-1\"}").expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("customer_external_id_taken");
	}

	@Test
	void changeWhenAnotherVersionIsExpectedThenRefused() {
		String id = createdId(ACME);
		patch(id, "{\"name\": \"A\"}").expectStatus().isOk();
		this.client.patch()
				.uri("/api/v1/customers/{id}", id)
				.header(HttpHeaders.IF_MATCH, "\"1\"")
				.contentType(MediaType.parseMediaType("application/merge-patch+json"))
				.bodyValue("{\"name\": \"B\"}")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.PRECONDITION_FAILED);
		get(id).expectBody().jsonPath("$.name").isEqualTo("A");
	}

	@Test
	void archiveWhenRepeatedThenHappensOnceAndUnarchiveUndoesIt() {
		String id = createdId(ACME);
		act(id, "archive").expectBody().jsonPath("$.status").isEqualTo("archived").jsonPath("$.version").isEqualTo(2);
		act(id, "archive").expectBody().jsonPath("$.archived_at").isNotEmpty().jsonPath("$.version").isEqualTo(2);
		act(id, "unarchive").expectBody()
				.jsonPath("$.status")
				.isEqualTo("active")
				.jsonPath("$.archived_at")
				.isEmpty()
				.jsonPath("$.version")
				.isEqualTo(3);
	}

	@Test
	void listWhenFilteredThenShowsOnlyWhatMatches() {
		create(ACME).expectStatus().isCreated();
		create("{\"name\": \"Yen\", \"currency\": \"JPY\", \"billing_address\": {\"country\": \"JP\"}}").expectStatus()
				.isCreated();
		act(createdId(named("Gone")), "archive").expectStatus().isOk();
		assertThat(names(list(""))).containsExactly("Gone", "Yen", "Acmé GmbH");
		assertThat(names(list("?status=active"))).containsExactly("Yen", "Acmé GmbH");
		assertThat(names(list("?status=archived"))).containsExactly("Gone");
		assertThat(names(list("?currency=JPY"))).containsExactly("Yen");
		assertThat(names(list("?country=DE"))).containsExactly("Acmé GmbH");
		assertThat(names(list("?external_id=crm-1"))).containsExactly("Acmé GmbH");
		assertThat(names(list("?created_from=2020-01-01T00:00:00Z&currency=JPY"))).containsExactly("Yen");
		assertThat(names(list("?created_before=2020-01-01T00:00:00Z"))).isEmpty();
	}

	@Test
	void listWhenSearchedThenIgnoresAccentsAndCaseAndTakesWildcardsLiterally() {
		create(ACME).expectStatus().isCreated();
		create(named("100 % Wolle")).expectStatus().isCreated();
		assertThat(names(list("?q=ACME g"))).containsExactly("Acmé GmbH");
		assertThat(names(list("?q=billing@"))).containsExactly("Acmé GmbH");
		assertThat(names(list("?q=CRM-1"))).containsExactly("Acmé GmbH");
		assertThat(names(list("?q={q}", "%"))).containsExactly("100 % Wolle");
		assertThat(names(list("?q={q}", "_"))).isEmpty();
		assertThat(names(list("?q=acme&currency=USD"))).isEmpty();
	}

	@Test
	void listWhenPagedThenVisitsEachOnceInOrder() {
		List.of("b", "Á", "C", "a", "b").forEach((name) -> create(named(name)).expectStatus().isCreated());
		assertThat(visit("sort=name")).containsExactly("Á", "a", "b", "b", "C");
		assertThat(visit("sort=-name")).containsExactly("C", "b", "b", "a", "Á");
		assertThat(visit("sort=created_at")).containsExactly("b", "Á", "C", "a", "b");
		assertThat(visit("sort=-created_at")).containsExactly("b", "a", "C", "Á", "b");
	}

	@Test
	void listWhenTotalIsAskedForThenCountsAllThatMatch() {
		List.of("a", "b", "c").forEach((name) -> create(named(name)).expectStatus().isCreated());
		JsonNode page = list("?limit=1&include=total&status=active");
		assertThat(page.path("total").asInt()).isEqualTo(3);
		assertThat(names(page)).hasSize(1);
		assertThat(list("").has("total")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = {"sort=email", "status=gone", "currency=EURO", "created_from=yesterday", "q=", "cursor=x",
		"limit=0"})
	void listWhenAParameterIsWrongThenNamesIt(String query) {
		JsonNode problem = body(
				this.client.get().uri("/api/v1/customers?" + query).exchange().expectStatus().isBadRequest());
		assertThat(fields(problem)).containsExactly(query.substring(0, query.indexOf('=')));
	}

	@Test
	void listWhenSeveralParametersAreWrongThenNamesThemAll() {
		JsonNode problem = body(this.client.get()
				.uri("/api/v1/customers?limit=1000&sort=foo&status=nope&currency=eu&country=XX&q=&created_from=x")
				.exchange()
				.expectStatus()
				.isBadRequest());
		assertThat(fields(problem)).containsExactlyInAnyOrder("limit", "sort", "status", "currency", "country", "q",
				"created_from");
		assertThat(
				problem.path("errors").valueStream().filter((error) -> error.path("field").asString().equals("sort")))
				.singleElement()
				.satisfies((error) -> {
					assertThat(error.path("code").asString()).isEqualTo("unknown_value");
					assertThat(error.path("message").asString()).contains("created_at").contains("name");
				});
	}

	@Test
	void listWhenCursorIsOfAnotherSortThenRefused() {
		List.of("a", "b").forEach((name) -> create(named(name)).expectStatus().isCreated());
		String cursor = list("?limit=1&sort=name").path("next_cursor").asString();
		this.client.get()
				.uri("/api/v1/customers?sort=-created_at&cursor=" + cursor)
				.exchange()
				.expectStatus()
				.isBadRequest();
	}

	@Test
	void customerWhenOfAnotherTenantOrModeThenDoesNotExist() {
		String id = createdId(ACME);
		Passport stranger = Passports.user(Passports.freshId("org"), "customers:read", "customers:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.anybody);
			theirs.get().uri("/api/v1/customers/{id}", id).exchange().expectStatus().isNotFound();
			theirs.post().uri("/api/v1/customers/{id}/archive", id).exchange().expectStatus().isNotFound();
			patch(theirs, id, "{\"name\": \"Stolen\"}").expectStatus().isNotFound();
			assertThat(names(list(theirs, "?q=acme"))).isEmpty();
			assertThat(list(theirs, "?include=total").path("total").asInt()).isZero();
		}
		get(id).expectBody().jsonPath("$.version").isEqualTo(1);
	}

	@Test
	void customersWhenScopeIsMissingThenForbidden() {
		String id = createdId(ACME);
		WebTestClient reader = this.passport.withScopes("customers:read").on(this.anybody);
		create(reader, ACME).expectStatus().isForbidden();
		patch(reader, id, "{}").expectStatus().isForbidden();
		WebTestClient writer = this.passport.withScopes("customers:write").on(this.anybody);
		writer.get().uri("/api/v1/customers").exchange().expectStatus().isForbidden();
		this.anybody.get().uri("/api/v1/customers").exchange().expectStatus().isUnauthorized();
	}

	private static String named(String name) {
		return "{\"name\": \"" + name + "\", \"currency\": \"EUR\"}";
	}

	private String createdId(String body) {
		return id(body(create(body).expectStatus().isCreated()));
	}

	private ResponseSpec create(String body) {
		return create(this.client, body);
	}

	private static ResponseSpec create(WebTestClient client, String body) {
		return client.post()
				.uri("/api/v1/customers")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private ResponseSpec get(String id) {
		return this.client.get().uri("/api/v1/customers/{id}", id).exchange();
	}

	private ResponseSpec patch(String id, String body) {
		return patch(this.client, id, body);
	}

	private static ResponseSpec patch(WebTestClient client, String id, String body) {
		return client.patch()
				.uri("/api/v1/customers/{id}", id)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private ResponseSpec act(String id, String action) {
		return this.client.post().uri("/api/v1/customers/{id}/{action}", id, action).exchange();
	}

	private List<String> visit(String query) {
		List<String> names = new ArrayList<>();
		JsonNode page = list("?limit=2&" + query);
		names.addAll(names(page));
		while (page.path("has_more").asBoolean()) {
			page = list("?limit=2&" + query + "&cursor=" + page.path("next_cursor").asString());
			names.addAll(names(page));
		}
		return names;
	}

	private JsonNode list(String query, Object... values) {
		return list(this.client, query, values);
	}

	private static JsonNode list(WebTestClient client, String query, Object... values) {
		return body(client.get().uri("/api/v1/customers" + query, values).exchange().expectStatus().isOk());
	}

	private static List<String> names(JsonNode page) {
		return page.path("data").valueStream().map((customer) -> customer.path("name").asString()).toList();
	}

	private static List<String> fields(JsonNode problem) {
		return problem.path("errors").valueStream().map((error) -> error.path("field").asString()).toList();
	}

	private static String id(JsonNode customer) {
		return customer.path("id").asString();
	}

	private static JsonNode body(ResponseSpec answer) {
		return Objects.requireNonNull(answer.expectBody(JsonNode.class).returnResult().getResponseBody());
	}

}
