package io.billwright.analytics.meter;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
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

@PlatformTest(properties = "billwright.meters.limit=7")
class MeterControllerTests {

	private static final String CALLS = """
			{"slug": "calls", "name": "API calls", "event_name": "api.call", "aggregation": "count"}""";

	private final Passport passport = Passports.user(Passports.freshId("org"), "meters:read", "meters:write");

	private final WebTestClient anybody;

	private final WebTestClient client;

	MeterControllerTests(@Autowired WebTestClient anybody) {
		this.anybody = anybody;
		this.client = this.passport.on(anybody);
	}

	@Test
	void meterWhenCreatedThenAnswersAndKeepsEverything() {
		JsonNode created = body(post("", """
				{"slug": "traffic", "name": "Traffic", "event_name": "request", "aggregation": "sum",
				 "value_property": "bytes", "dimensions": ["region", "host"],
				 "filters": [{"property": "status", "values": ["200", "304"]},
				  {"property": "internal", "operator": "not_in", "values": ["true"]}],
				 "unit": "B", "rounding": {"scale": 2}}""").expectStatus()
				.isCreated()
				.expectHeader()
				.valueMatches(HttpHeaders.LOCATION, "/api/v1/meters/mtr_[0-9a-z]{26}"));
		assertThat(created.path("dimensions").toString()).isEqualTo("[\"host\",\"region\"]");
		assertThat(created.path("filters").toString()).isEqualTo("""
				[{"property":"status","operator":"in","values":["200","304"]},\
				{"property":"internal","operator":"not_in","values":["true"]}]""");
		assertThat(created.path("rounding").toString()).isEqualTo("{\"scale\":2,\"mode\":\"half_up\"}");
		get("/" + id(created)).expectHeader()
				.valueEquals(HttpHeaders.ETAG, "\"1\"")
				.expectBody()
				.json(created.toString(), JsonCompareMode.STRICT);
	}

	@Test
	void meterWhenManyFieldsAreWrongThenNamesAllOfThem() {
		JsonNode problem = body(post("", """
				{"slug": "mtr_1", "name": " ", "event_name": "", "aggregation": "unique_count",
				 "dimensions": ["a", "b", "c", "d", "e", "e"],
				 "filters": [{"property": "", "operator": "like", "values": []}, null],
				 "unit": "", "rounding": {"scale": 13, "mode": "unnecessary"}, "colour": "red"}""").expectStatus()
				.isBadRequest());
		assertThat(values(problem.path("errors"), "field")).contains("slug", "name", "event_name", "value_property",
				"dimensions", "filters[0].property", "filters[0].operator", "filters[0].values", "filters[1]", "unit",
				"rounding.scale", "rounding.mode", "colour");
	}

	@Test
	void meterWhenRequiredFieldsAreMissingThenNamesAllOfThem() {
		JsonNode problem = body(post("", "{\"filters\": [{}], \"rounding\": {}}").expectStatus().isBadRequest());
		assertThat(values(problem.path("errors"), "field")).containsExactlyInAnyOrder("slug", "name", "event_name",
				"aggregation", "filters[0].property", "filters[0].values", "rounding.scale");
	}

	@Test
	void meterWhenItCountsAndHasAValueThenIsRefused() {
		JsonNode problem = body(post("", CALLS.replace("}", ", \"value_property\": \"n\"}")).expectStatus()
				.isBadRequest());
		assertThat(values(problem.path("errors"), "field")).containsExactly("value_property");
		assertThat(values(problem.path("errors"), "code")).containsExactly("not_applicable");
	}

	@Test
	void meterWhenSlugIsTakenThenConflicts() {
		created(CALLS);
		post("", CALLS).expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("meter_slug_taken");
		patch("/" + created(CALLS.replace("calls\"", "other\"")), "{\"slug\": \"calls\"}").expectStatus()
				.isEqualTo(HttpStatus.CONFLICT);
	}

	@Test
	void meterWhenChangedThenIsTheNextVersionAndTheOthersStay() {
		String id = created(CALLS);
		patch("/" + id, "{\"name\": \"Calls\", \"aggregation\": \"sum\", \"unit\": \"call\"}").expectStatus()
				.isOk()
				.expectBody()
				.json("{\"version\": 2, \"name\": \"Calls\", \"aggregation\": \"sum\", \"event_name\": \"api.call\"}");
		patch("/" + id, "{\"name\": \"Calls\"}").expectBody().jsonPath("$.version").isEqualTo(2);
		post("/" + id + "/archive", "").expectBody().json("{\"version\": 3, \"status\": \"archived\"}");
		post("/" + id + "/archive", "").expectBody().json("{\"version\": 3, \"status\": \"archived\"}");
		patch("/" + id, "{\"name\": \"Never\"}").expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("meter_archived");
		assertThat(values(list("/" + id + "/versions"), "version")).containsExactly("3", "2", "1");
		assertThat(values(list("/" + id + "/versions"), "aggregation")).containsExactly("sum", "sum", "count");
		assertThat(values(list("/" + id + "/versions"), "status")).containsExactly("archived", "active", "active");
		JsonNode first = list("/" + id + "/versions?limit=2&include=total");
		assertThat(first.path("total").asInt()).isEqualTo(3);
		assertThat(values(list("/" + id + "/versions?cursor=" + first.path("next_cursor").asString()), "version"))
				.containsExactly("1");
	}

	@Test
	void meterWhenAnotherVersionIsExpectedThenIsLeftAsItIs() {
		String id = created(CALLS);
		this.client.patch()
				.uri("/api/v1/meters/" + id)
				.header(HttpHeaders.IF_MATCH, "\"2\"")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("{\"name\": \"x\"}")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.PRECONDITION_FAILED);
		get("/" + id).expectBody().json("{\"version\": 1, \"name\": \"API calls\"}");
	}

	@Test
	void metersWhenListedThenFilterAndPage() {
		List<String> slugs = IntStream.range(0, 5).mapToObj((at) -> "meter-" + at).toList();
		slugs.forEach((slug) -> created(CALLS.replace("calls\"", slug + "\"").replace("api.call", "event-" + slug)));
		JsonNode page = list("?limit=3&include=total");
		assertThat(values(page, "slug")).containsExactly("meter-4", "meter-3", "meter-2");
		assertThat(page.path("total").asInt()).isEqualTo(5);
		assertThat(values(list("?limit=3&cursor=" + page.path("next_cursor").asString()), "slug"))
				.containsExactly("meter-1", "meter-0");
		post("/" + list("?slug=meter-3").at("/data/0/id").asString() + "/archive", "").expectStatus().isOk();
		assertThat(values(list("?status=archived"), "slug")).containsExactly("meter-3");
		assertThat(values(list("?status=active&event_name=event-meter-1"), "slug")).containsExactly("meter-1");
		get("?cursor=eA&limit=0").expectStatus().isBadRequest();
	}

	@Test
	void metersWhenThereAreAsManyAsMayBeThenRefusesOneMoreUntilOneIsArchived() {
		IntStream.range(0, 7).forEach((at) -> created(CALLS.replace("calls\"", "meter-" + at + "\"")));
		post("", CALLS).expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("too_many_meters");
		post("/" + list("?slug=meter-3").at("/data/0/id").asString() + "/archive", "").expectStatus().isOk();
		created(CALLS);
	}

	@Test
	void metersWhenOfAnotherTenantOrModeThenDoNotExist() {
		String id = created(CALLS);
		Passport stranger = Passports.user(Passports.freshId("org"), "meters:read", "meters:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.anybody);
			get(theirs, "/" + id).expectStatus().isNotFound();
			get(theirs, "/" + id + "/versions").expectStatus().isNotFound();
			patch(theirs, "/" + id, "{\"name\": \"x\"}").expectStatus().isNotFound();
			theirs.post().uri("/api/v1/meters/" + id + "/archive").exchange().expectStatus().isNotFound();
			assertThat(body(get(theirs, "?include=total").expectStatus().isOk()).path("total").asInt()).isZero();
			theirs.post()
					.uri("/api/v1/meters")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(CALLS)
					.exchange()
					.expectStatus()
					.isCreated();
		}
		get("/" + id).expectBody().json("{\"version\": 1, \"status\": \"active\"}");
	}

	@Test
	void metersWhenScopeIsMissingThenForbidden() {
		WebTestClient reader = this.passport.withScopes("meters:read").on(this.anybody);
		reader.post()
				.uri("/api/v1/meters")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(CALLS)
				.exchange()
				.expectStatus()
				.isForbidden();
		get(this.passport.withScopes("usage:read").on(this.anybody), "").expectStatus().isForbidden();
	}

	private String created(String body) {
		return id(body(post("", body).expectStatus().isCreated()));
	}

	private ResponseSpec post(String path, String body) {
		return this.client.post()
				.uri("/api/v1/meters" + path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private ResponseSpec patch(String path, String body) {
		return patch(this.client, path, body);
	}

	private static ResponseSpec patch(WebTestClient client, String path, String body) {
		return client.patch()
				.uri("/api/v1/meters" + path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private JsonNode list(String path) {
		return body(get(path).expectStatus().isOk());
	}

	private ResponseSpec get(String path) {
		return get(this.client, path);
	}

	private static ResponseSpec get(WebTestClient client, String path) {
		return client.get().uri("/api/v1/meters" + path).exchange();
	}

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
