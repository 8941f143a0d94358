package io.billwright.invoice.tax;

import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
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
class TaxRateControllerTests {

	private static final String GERMAN = """
			{"name": "MwSt. 19 %", "percentage": "19.00", "category": "S", "country": "DE", "inclusive": true,
			 "description": "Regelsatz", "metadata": {"a": "b"}}""";

	private static final String REVERSE = """
			{"name": "Reverse charge", "percentage": "0", "category": "AE", "country": "AT"}""";

	private final Passport passport = Passports.user(Passports.freshId("org"), "catalog:read", "catalog:write");

	private final WebTestClient anybody;

	private final WebTestClient client;

	TaxRateControllerTests(@Autowired WebTestClient anybody) {
		this.anybody = anybody;
		this.client = this.passport.on(anybody);
	}

	@Test
	void createWhenCompleteThenAnswersAndKeepsEverything() {
		JsonNode created = body(create(GERMAN).expectStatus()
				.isCreated()
				.expectHeader()
				.valueMatches(HttpHeaders.LOCATION, "/api/v1/tax-rates/txr_[0-9a-z]{26}"));
		assertThat(created.path("percentage").asString()).isEqualTo("19");
		assertThat(created.path("category").asString()).isEqualTo("S");
		get(id(created)).expectBody().json(created.toString(), JsonCompareMode.STRICT);
	}

	@Test
	void createWhenInclusiveIsNotSaidThenIsExclusive() {
		create(REVERSE).expectStatus().isCreated().expectBody().json("{\"inclusive\": false, \"category\": \"AE\"}");
	}

	@Test
	void createWhenManyFieldsAreWrongThenNamesAllOfThem() {
		JsonNode problem = body(create("{\"percentage\": \"100.5\", \"category\": \"s\", \"country\": \"EU\"}")
				.expectStatus()
				.isBadRequest());
		assertThat(fields(problem)).containsExactlyInAnyOrder("name", "percentage", "category", "country");
	}

	@Test
	void createWhenPercentageDoesNotFitTheCategoryThenRefused() {
		assertThat(fields(body(create(GERMAN.replace("19.00", "0")).expectStatus().isBadRequest())))
				.containsExactly("percentage");
		assertThat(fields(body(create(REVERSE.replace("\"0\"", "\"20\"")).expectStatus().isBadRequest())))
				.containsExactly("percentage");
	}

	@Test
	void changeWhenPatchedThenOnlyItsDetailsMayChange() {
		String id = created(GERMAN);
		patch(id, "{\"name\": \"USt. 19 %\"}").expectStatus()
				.isOk()
				.expectBody()
				.json("{\"version\": 2, \"name\": \"USt. 19 %\", \"description\": \"Regelsatz\"}");
		for (String term : List.of("percentage", "category", "country", "inclusive")) {
			assertThat(fields(body(patch(id, "{\"" + term + "\": \"x\"}").expectStatus().isBadRequest())))
					.containsExactly(term);
		}
	}

	@Test
	void archiveWhenUndoneThenIsActiveAgain() {
		String id = created(GERMAN);
		act(id, "archive").expectBody().json("{\"version\": 2, \"status\": \"archived\"}");
		act(id, "unarchive").expectBody().json("{\"version\": 3, \"status\": \"active\", \"archived_at\": null}");
	}

	@Test
	void listWhenFilteredThenShowsOnlyWhatMatches() {
		String german = created(GERMAN);
		String reverse = created(REVERSE);
		act(german, "archive").expectStatus().isOk();
		assertThat(ids("")).containsExactly(reverse, german);
		assertThat(ids("?country=DE")).containsExactly(german);
		assertThat(ids("?status=active")).containsExactly(reverse);
		assertThat(ids("?sort=created_at&limit=1")).containsExactly(german);
	}

	@Test
	void taxRateWhenOfAnotherTenantOrModeThenDoesNotExist() {
		String id = created(GERMAN);
		Passport stranger = Passports.user(Passports.freshId("org"), "catalog:read", "catalog:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.anybody);
			theirs.get().uri("/api/v1/tax-rates/{id}", id).exchange().expectStatus().isNotFound();
			theirs.post().uri("/api/v1/tax-rates/{id}/archive", id).exchange().expectStatus().isNotFound();
		}
	}

	private String created(String body) {
		return id(body(create(body).expectStatus().isCreated()));
	}

	private ResponseSpec create(String body) {
		return this.client.post()
				.uri("/api/v1/tax-rates")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private ResponseSpec get(String id) {
		return this.client.get().uri("/api/v1/tax-rates/{id}", id).exchange();
	}

	private ResponseSpec patch(String id, String body) {
		return this.client.patch()
				.uri("/api/v1/tax-rates/{id}", id)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private ResponseSpec act(String id, String action) {
		return this.client.post().uri("/api/v1/tax-rates/{id}/{action}", id, action).exchange();
	}

	private List<String> ids(String query) {
		return body(this.client.get().uri("/api/v1/tax-rates" + query).exchange().expectStatus().isOk()).path("data")
				.valueStream()
				.map(TaxRateControllerTests::id)
				.toList();
	}

	private static List<String> fields(JsonNode problem) {
		return problem.path("errors").valueStream().map((error) -> error.path("field").asString()).toList();
	}

	private static String id(JsonNode resource) {
		return resource.path("id").asString();
	}

	private static JsonNode body(ResponseSpec answer) {
		return Objects.requireNonNull(answer.expectBody(JsonNode.class).returnResult().getResponseBody());
	}

}
