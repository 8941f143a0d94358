package io.billwright.invoice.catalog;

import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
class CatalogControllerTests {

	private static final String SEATS = "{\"external_id\": \"sku-1\", \"name\": \"Seats\", \"unit\": \"seat\"}";

	private static final String PER_UNIT = "{\"model\": \"per_unit\", \"unit_amount\": \"0.000000000001\"}";

	private final Passport passport = Passports.user(Passports.freshId("org"), "catalog:read", "catalog:write");

	private final WebTestClient anybody;

	private final WebTestClient client;

	CatalogControllerTests(@Autowired WebTestClient anybody) {
		this.anybody = anybody;
		this.client = this.passport.on(anybody);
	}

	@Test
	void productWhenCreatedThenAnswersAndKeepsEverything() {
		JsonNode created = body(post("/products", """
				{"external_id": "sku-1", "name": "Seats", "description": "One\\nper person", "unit": "seat",
				 "metadata": {"line": "a"}}""").expectStatus()
				.isCreated()
				.expectHeader()
				.valueMatches(HttpHeaders.LOCATION, "/api/v1/products/prd_[0-9a-z]{26}"));
		get("/products/" + id(created)).expectBody().json(created.toString(), JsonCompareMode.STRICT);
	}

	@Test
	void productWhenPatchedAndArchivedThenCountsItsVersions() {
		String id = created("/products", SEATS);
		patch("/products/" + id, "{\"name\": \"Places\", \"unit\": null}").expectStatus()
				.isOk()
				.expectBody()
				.json("{\"version\": 2, \"name\": \"Places\", \"unit\": null, \"external_id\": \"sku-1\"}");
		post("/products/" + id + "/archive").expectBody().jsonPath("$.status").isEqualTo("archived");
		post("/products/" + id + "/archive").expectBody().jsonPath("$.version").isEqualTo(3);
		post("/products/" + id + "/unarchive").expectBody().json("{\"version\": 4, \"status\": \"active\"}");
	}

	@Test
	void productWhenExternalIdIsTakenThenConflicts() {
		created("/products", SEATS);
		post("/products", SEATS).expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("product_external_id_taken");
		patch("/products/" + created("/products", "{\"name\": \"Other\"}"), "{\"external_id\": \"sku-1\"}")
				.expectStatus()
				.isEqualTo(HttpStatus.CONFLICT);
	}

	@Test
	void productsWhenListedThenFilterAndSort() {
		created("/products", SEATS);
		post("/products/" + created("/products", "{\"name\": \"api calls\"}") + "/archive").expectStatus().isOk();
		assertThat(values(list("/products"), "name")).containsExactly("api calls", "Seats");
		assertThat(values(list("/products?sort=name"), "name")).containsExactly("api calls", "Seats");
		assertThat(values(list("/products?status=active"), "name")).containsExactly("Seats");
		assertThat(values(list("/products?external_id=sku-1"), "name")).containsExactly("Seats");
	}

	@Test
	void priceWhenCreatedThenAnswersAndKeepsEverything() {
		String product = created("/products", SEATS);
		JsonNode created = body(post("/prices", """
				{"product_id": "%s", "pricing": %s, "currency": "EUR", "recurrence": {"interval": "month", "count": 3},
				 "external_id": "plan-1", "nickname": "Quarterly", "metadata": {"a": "b"}}"""
				.formatted(product, PER_UNIT)).expectStatus()
				.isCreated()
				.expectHeader()
				.valueMatches(HttpHeaders.LOCATION, "/api/v1/prices/pri_[0-9a-z]{26}"));
		assertThat(created.path("pricing").toString())
				.isEqualTo("{\"model\":\"per_unit\",\"unit_amount\":\"0.000000000001\"}");
		assertThat(created.path("recurrence").toString()).isEqualTo("{\"interval\":\"month\",\"count\":3}");
		get("/prices/" + id(created)).expectBody().json(created.toString(), JsonCompareMode.STRICT);
	}

	@Test
	void priceWhenFlatAndOneTimeThenHasNoRecurrence() {
		post("/prices", price(created("/products", SEATS), "{\"model\": \"flat\", \"amount\": \"49.00\"}"))
				.expectStatus()
				.isCreated()
				.expectBody()
				.json("{\"pricing\": {\"model\": \"flat\", \"amount\": \"49\"}, \"recurrence\": null}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"{'model': 'per_unit', 'unit_amount': '0.0000000000001'} | pricing.unit_amount",
		"{'model': 'per_unit', 'unit_amount': '-1'} | pricing.unit_amount",
		"{'model': 'per_unit', 'unit_amount': '1e3'} | pricing.unit_amount",
		"{'model': 'per_unit'} | pricing.unit_amount",
		"{'model': 'flat', 'amount': '1', 'unit_amount': '1'} | pricing.unit_amount",
		"{'model': 'magic', 'amount': '1'} | pricing.model", "{'amount': '1'} | pricing", "7 | pricing",
		"null | pricing"})
	void priceWhenPricingIsWrongThenNamesTheField(String pricing, String field) {
		String product = created("/products", SEATS);
		JsonNode problem = body(
				post("/prices", price(product, pricing.replace('\'', '"'))).expectStatus().isBadRequest());
		assertThat(values(problem.path("errors"), "field")).containsExactly(field);
	}

	@Test
	void priceWhenManyFieldsAreWrongThenNamesAllOfThem() {
		JsonNode problem = body(post("/prices", """
				{"product_id": "cus_1", "pricing": {"model": "flat", "amount": "x"}, "currency": "EURO",
				 "recurrence": {"interval": "moon", "count": 0}, "nickname": ""}""").expectStatus().isBadRequest());
		assertThat(values(problem.path("errors"), "field")).contains("product_id", "pricing.amount", "currency",
				"recurrence.interval", "nickname");
	}

	@Test
	void priceWhenProductIsUnknownOrArchivedThenRefused() {
		post("/prices", price(Passports.freshId("prd"), PER_UNIT)).expectStatus().isNotFound();
		String product = created("/products", SEATS);
		post("/products/" + product + "/archive").expectStatus().isOk();
		post("/prices", price(product, PER_UNIT)).expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("product_archived");
	}

	@Test
	void priceWhenPatchedThenOnlyItsDetailsMayChange() {
		String id = created("/prices", price(created("/products", SEATS), PER_UNIT));
		patch("/prices/" + id, "{\"nickname\": \"Old\", \"metadata\": {\"a\": \"b\"}}").expectStatus()
				.isOk()
				.expectBody()
				.json("{\"version\": 2, \"nickname\": \"Old\", \"metadata\": {\"a\": \"b\"}}");
		for (String term : List.of("pricing", "currency", "recurrence", "product_id")) {
			JsonNode problem = body(patch("/prices/" + id, "{\"" + term + "\": \"x\"}").expectStatus().isBadRequest());
			assertThat(values(problem.path("errors"), "field")).containsExactly(term);
		}
	}

	@Test
	void priceWhenArchivedThenCountsItsVersions() {
		String id = created("/prices", price(created("/products", SEATS), PER_UNIT));
		post("/prices/" + id + "/archive").expectBody().json("{\"version\": 2, \"status\": \"archived\"}");
		post("/prices/" + id + "/unarchive").expectBody().json("{\"version\": 3, \"status\": \"active\"}");
	}

	@Test
	void pricesWhenListedThenFilter() {
		String seats = created("/products", SEATS);
		String other = created("/products", "{\"name\": \"Other\"}");
		String first = created("/prices", price(seats, PER_UNIT));
		String second = created("/prices", price(other, PER_UNIT).replace("EUR", "USD"));
		assertThat(values(list("/prices"), "id")).containsExactly(second, first);
		assertThat(values(list("/prices?product_id=" + seats), "id")).containsExactly(first);
		assertThat(values(list("/prices?currency=USD"), "id")).containsExactly(second);
		assertThat(values(list("/prices?status=archived"), "id")).isEmpty();
		assertThat(values(list("/prices?sort=created_at&limit=1"), "id")).containsExactly(first);
	}

	@Test
	void catalogWhenOfAnotherTenantOrModeThenDoesNotExist() {
		String product = created("/products", SEATS);
		String price = created("/prices", price(product, PER_UNIT));
		Passport stranger = Passports.user(Passports.freshId("org"), "catalog:read", "catalog:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.anybody);
			get(theirs, "/products/" + product).expectStatus().isNotFound();
			get(theirs, "/prices/" + price).expectStatus().isNotFound();
			patch(theirs, "/prices/" + price, "{\"nickname\": \"x\"}").expectStatus().isNotFound();
			post(theirs, "/prices", price(product, PER_UNIT)).expectStatus().isNotFound();
			assertThat(values(body(get(theirs, "/prices")), "id")).isEmpty();
		}
	}

	@Test
	void catalogWhenScopeIsMissingThenForbidden() {
		WebTestClient reader = this.passport.withScopes("catalog:read").on(this.anybody);
		post(reader, "/products", SEATS).expectStatus().isForbidden();
		WebTestClient stranger = this.passport.withScopes("customers:read").on(this.anybody);
		get(stranger, "/products").expectStatus().isForbidden();
		get(stranger, "/prices").expectStatus().isForbidden();
	}

	private static String price(String product, String pricing) {
		return "{\"product_id\": \"%s\", \"pricing\": %s, \"currency\": \"EUR\"}".formatted(product, pricing);
	}

	private String created(String path, String body) {
		return id(body(post(path, body).expectStatus().isCreated()));
	}

	private ResponseSpec post(String path, String body) {
		return post(this.client, path, body);
	}

	private ResponseSpec post(String path) {
		return this.client.post().uri("/api/v1" + path).exchange();
	}

	private static ResponseSpec post(WebTestClient client, String path, String body) {
		return client.post().uri("/api/v1" + path).contentType(MediaType.APPLICATION_JSON).bodyValue(body).exchange();
	}

	private ResponseSpec patch(String path, String body) {
		return patch(this.client, path, body);
	}

	private static ResponseSpec patch(WebTestClient client, String path, String body) {
		return client.patch().uri("/api/v1" + path).contentType(MediaType.APPLICATION_JSON).bodyValue(body).exchange();
	}

	private JsonNode list(String path) {
		return body(get(path).expectStatus().isOk());
	}

	private ResponseSpec get(String path) {
		return get(this.client, path);
	}

	private static ResponseSpec get(WebTestClient client, String path) {
		return client.get().uri("/api/v1" + path).exchange();
	}

	/// The values of one field of a list, or of a page's rows.
	private static List<String> values(JsonNode list, String field) {
		JsonNode rows = list.isArray() ? list : list.path("data");
		return rows.valueStream().map((row) -> row.path(field).asString()).toList();
	}

	private static String id(JsonNode resource) {
		return resource.path("id").asString();
	}

	private static JsonNode body(ResponseSpec answer) {
		return Objects.requireNonNull(answer.expectBody(JsonNode.class).returnResult().getResponseBody());
	}

}
