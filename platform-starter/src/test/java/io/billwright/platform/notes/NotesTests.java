package io.billwright.platform.notes;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(classes = NotesApplication.class)
class NotesTests {

	private static final String NOTE = """
			{"title": "First", "price": {"amount": "365.13", "currency": "EUR"}}""";

	private final Passport owner = Passports.user(Passports.freshId("org"), "notes:read", "notes:write");

	@Autowired
	private WebTestClient client;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private ReactiveTransactionManager transactions;

	// --- access ---

	@Test
	void requestWhenPassportIsMissingExpiredOrTamperedThenOneAnswer() {
		this.client.get().uri("/notes").exchange().expectStatus().isUnauthorized();
		for (Passport bad : List.of(this.owner.expired(), this.owner.withWrongSignature())) {
			bad.on(this.client)
					.get()
					.uri("/notes")
					.exchange()
					.expectStatus()
					.isUnauthorized()
					.expectHeader()
					.contentType(MediaType.APPLICATION_PROBLEM_JSON)
					.expectHeader()
					.valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
					.expectBody()
					.jsonPath("$.code")
					.isEqualTo("unauthenticated");
		}
		this.client.get().uri("/notes").header(Passport.HEADER, "garbage").exchange().expectStatus().isUnauthorized();
	}

	@Test
	void requestWhenScopeIsMissingThenForbidden() {
		this.owner.withScopes("notes:read")
				.on(this.client)
				.post()
				.uri("/notes")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(NOTE)
				.exchange()
				.expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("insufficient_scope");
	}

	@Test
	void requestWhenAnonymousThenOnlyPublicHandlersAnswer() {
		WebTestClient anonymous = Passports.anonymous().on(this.client);
		anonymous.get().uri("/open").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("anonymous");
		anonymous.get().uri("/whoami").exchange().expectStatus().isUnauthorized();
		anonymous.get().uri("/notes").exchange().expectStatus().isUnauthorized();
	}

	@Test
	void requestWhenInternalThenOnlyServicesKnowIt() {
		this.owner.on(this.client).get().uri("/internal/state").exchange().expectStatus().isNotFound();
		Passports.service().on(this.client).get().uri("/internal/state").exchange().expectStatus().isOk();
	}

	// --- sharing ---

	@Test
	void answerWhenSharedThenTellsTheGatewayHowLongAndByWhatItIsPurged() {
		WebTestClient client = this.owner.on(this.client);
		String location = create(this.owner);
		for (String path : List.of(location, "/notes")) {
			client.get()
					.uri(path)
					.exchange()
					.expectHeader()
					.valueEquals("CDN-Cache-Control", "max-age=%s, stale-while-revalidate=30, stale-if-error=300"
							.formatted(path.equals("/notes") ? 5 : 60))
					.expectHeader()
					.valueEquals("Cache-Tag", path.substring(path.lastIndexOf('/') + 1));
		}
		client.get().uri("/whoami").exchange().expectHeader().doesNotExist("CDN-Cache-Control");
		client.get()
				.uri("/notes/note_00000000000000000000000000")
				.exchange()
				.expectStatus()
				.isNotFound()
				.expectHeader()
				.doesNotExist("CDN-Cache-Control");
	}

	// --- tenants ---

	@Test
	void noteWhenAnotherTenantOrModeThenNotThere() {
		String location = create(this.owner);
		Passport stranger = Passports.user(Passports.freshId("org"), "notes:read", "notes:write");
		for (Passport other : List.of(stranger, this.owner.inTestMode())) {
			WebTestClient client = other.on(this.client);
			client.get().uri(location).exchange().expectStatus().isNotFound();
			client.patch()
					.uri(location)
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue("{\"title\": \"Stolen\"}")
					.exchange()
					.expectStatus()
					.isNotFound();
			client.get().uri("/notes").exchange().expectBody().jsonPath("$.data.length()").isEqualTo(0);
		}
		this.owner.on(this.client).get().uri(location).exchange().expectBody().jsonPath("$.title").isEqualTo("First");
	}

	@Test
	void statementWhenNoTransactionThenFails() {
		this.owner.on(this.client)
				.get()
				.uri("/unguarded")
				.exchange()
				.expectStatus()
				.is5xxServerError()
				.expectBody()
				.jsonPath("$.detail")
				.value((detail) -> assertThat((String) detail).doesNotContain("transaction"));
		StepVerifier.create(this.database.sql("SELECT 1").fetch().one())
				.expectErrorMatches((error) -> rootMessage(error).contains("outside of a transaction"))
				.verify(Duration.ofSeconds(5));
	}

	@Test
	void queryWhenTransactionHasNoTenantThenNothing() {
		create(this.owner);
		this.database.sql("SELECT count(*) FROM note")
				.map((row) -> row.get(0, Long.class))
				.one()
				.as(this.transaction::transactional)
				.as(StepVerifier::create)
				.expectNext(0L)
				.expectComplete()
				.verify(Duration.ofSeconds(5));
	}

	@Test
	void transactionWhenBegunInsideOfAnotherThenIsIndependentOfIt() {
		TransactionalOperator own = TransactionalOperator.create(this.transactions,
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
		Mono<String> id = this.database.sql("SELECT pg_current_xact_id()::text").mapValue(String.class).one();
		Flux.concat(id, id.as(own::transactional), id)
				.as(this.transaction::transactional)
				.collectList()
				.as(StepVerifier::create)
				.assertNext((ids) -> assertThat(ids.getFirst()).isEqualTo(ids.getLast()).isNotEqualTo(ids.get(1)))
				.expectComplete()
				.verify(Duration.ofSeconds(5));
	}

	@Test
	void writeWhenReadOnlyThenRefusedByTheDatabase() {
		this.owner.on(this.client)
				.post()
				.uri("/read-only")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(NOTE)
				.exchange()
				.expectStatus()
				.is5xxServerError();
	}

	// --- bodies ---

	@Test
	void createWhenSeveralFieldsAreBadThenAllAreTold() {
		post("""
				{"titel": "x", "title": "%s", "price": {"amount": "1.005", "currency": "EUR"}}"""
				.formatted("x".repeat(41)))
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("invalid_request")
				.jsonPath("$.errors[*].field")
				.value((fields) -> assertThat((List<?>) fields).map(Object::toString)
						.containsExactlyInAnyOrder("titel", "title", "price"));
	}

	@Test
	void createWhenTypesAreWrongThenExpectationIsTold() {
		post("{\"title\": 7, \"price\": []}").expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[?(@.field == 'title')].message")
				.isEqualTo("must be a string")
				.jsonPath("$.errors[?(@.field == 'price')]")
				.exists();
	}

	@Test
	void createWhenNotAcceptableAtAllThenNever500() {
		for (String body : List.of("", "null", "[]", "3", "{", "{\"title\":\"a\",\"title\":\"b\"}",
				"{\"title\":\"\\uD800\"}",
				"[".repeat(5000), "{\"price\":{\"amount\":1e1000000000,\"currency\":\"EUR\"}}",
				"{\"price\":{\"amount\":\"1\",\"currency\":\"XXX\"}}", "{} {}")) {
			post(body).expectStatus().isBadRequest().expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON);
		}
	}

	@Test
	void createWhenBodyIsTooLargeThen413() {
		post("{\"title\": \"" + "x".repeat(2_000_000) + "\"}").expectStatus().isEqualTo(413);
	}

	@Test
	void createWhenNotJsonThen415() {
		this.owner.on(this.client)
				.post()
				.uri("/notes")
				.contentType(MediaType.TEXT_PLAIN)
				.bodyValue("hello")
				.exchange()
				.expectStatus()
				.isEqualTo(415);
	}

	@Test
	void pathWhenIdIsMalformedThen404AndInQuery400() {
		WebTestClient client = this.owner.on(this.client);
		client.get().uri("/notes/inv_1").exchange().expectStatus().isNotFound();
		client.get()
				.uri("/notes?like=nonsense")
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].field")
				.isEqualTo("like");
		client.get().uri("/nowhere").exchange().expectStatus().isNotFound();
		client.delete().uri("/notes").exchange().expectStatus().isEqualTo(405);
	}

	// --- parameters ---

	@Test
	void requestWhenSeveralParametersAreBadThenAllAreTold() {
		assertThat(
				problems(get("/notes/matching?written_from=soon&colours=pink,green&word_count=0&limit=1000&cursor=!")))
				.containsExactly("q required must be given as a query parameter",
						"written_from malformed must be a date such as \"2026-11-20\"",
						"colours malformed must be one of yellow, light_blue, pink",
						"limit out_of_range must be a whole number from 1 to 100",
						"cursor malformed must be the next_cursor of an earlier page",
						"word_count out_of_range must be greater than or equal to 1");
		assertThat(problems(get("/notes/matching?q= &written_from=2026-11-20&written_to=2026-11-19&word_count=x"
				+ "&colours=pink&colours=light_blue&colours=yellow"))).containsExactly(
						"word_count malformed must be a whole number", "colours size size must be between 0 and 2",
						"q required must not be blank",
						"written_to out_of_range must not be before written_from");
		get("/notes/matching?q=a&written_from=2026-11-20&written_to=2026-11-20&colours=pink,light_blue&unknown=1")
				.expectStatus().isOk();
	}

	@Test
	void requestWhenHeaderAndBodyAreBadThenBothAreTold() {
		String location = create(this.owner);
		assertThat(problems(replace(location, "nonsense", "{\"title\": 7}"))).containsExactly(
				"If-Match malformed must be one strong entity tag such as \"3\"", "title malformed must be a string",
				"price required must not be null");
		assertThat(problems(replace(location, "nonsense", ""))).containsExactly(
				"If-Match malformed must be one strong entity tag such as \"3\"", "body required must be given");
		replace(location, "\"1\"", NOTE).expectStatus().isOk().expectHeader().valueEquals("ETag", "\"2\"");
	}

	@Test
	void requestWhenItCannotBeReadThenThatAloneIsTold() {
		replace("/notes/inv_1", "nonsense", "{").expectStatus().isNotFound();
		replace(create(this.owner), "nonsense", "{").expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("malformed_json");
	}

	// --- versions and patches ---

	@Test
	void noteWhenReadAgainThenNotModified() {
		String location = create(this.owner);
		WebTestClient client = this.owner.on(this.client);
		client.get().uri(location).exchange().expectHeader().valueEquals("ETag", "\"1\"");
		client.get().uri(location).header("If-None-Match", "\"1\"").exchange().expectStatus().isNotModified();
	}

	@Test
	void patchWhenVersionIsAsExpectedThenMerged() {
		String location = create(this.owner);
		patch(location, "\"1\"", "{\"title\": \"Second\"}").expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("ETag", "\"2\"")
				.expectBody()
				.jsonPath("$.title")
				.isEqualTo("Second")
				.jsonPath("$.price.amount")
				.isEqualTo("365.13");
		patch(location, "\"1\"", "{\"title\": \"Third\"}").expectStatus().isEqualTo(412);
		patch(location, "nonsense", "{}").expectStatus().isBadRequest();
		patch(location, "*", "{\"title\": null, \"colour\": 1}").expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors.length()")
				.isEqualTo(2);
	}

	// --- pages ---

	@Test
	void listWhenLongerThanAPageThenCursorLeadsOn() {
		for (int i = 0; i < 5; i++) {
			create(this.owner);
		}
		WebTestClient client = this.owner.on(this.client);
		Map<?, ?> first = client.get()
				.uri("/notes?limit=3")
				.exchange()
				.expectHeader()
				.valueMatches("Link", "</notes\\?limit=3&cursor=.+>; rel=\"next\"")
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		assertThat(first.get("has_more")).isEqualTo(true);
		client.get()
				.uri("/notes?limit=3&cursor=" + first.get("next_cursor"))
				.exchange()
				.expectHeader()
				.doesNotExist("Link")
				.expectBody()
				.jsonPath("$.data.length()")
				.isEqualTo(2)
				.jsonPath("$.has_more")
				.isEqualTo(false);
		client.get()
				.uri("/notes?limit=0&cursor=!")
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors.length()")
				.isEqualTo(2);
	}

	// --- repeated writes ---

	@Test
	void createWhenRepeatedWithTheSameKeyThenTheFirstAnswer() {
		String first = keyed("k1", NOTE).expectStatus()
				.isCreated()
				.expectHeader()
				.doesNotExist("Idempotency-Replayed")
				.expectBody(String.class)
				.returnResult()
				.getResponseBody();
		keyed("k1", NOTE).expectStatus()
				.isCreated()
				.expectHeader()
				.valueEquals("Idempotency-Replayed", "true")
				.expectHeader()
				.exists("Location")
				.expectHeader()
				.valueEquals("ETag", "\"1\"")
				.expectBody(String.class)
				.isEqualTo(first);
		assertThat(count(this.owner)).isEqualTo(1);
	}

	@Test
	void createWhenKeyIsReusedForAnotherBodyThen422() {
		keyed("k2", NOTE).expectStatus().isCreated();
		keyed("k2", NOTE.replace("First", "Other")).expectStatus()
				.isEqualTo(422)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("idempotency_key_reused");
	}

	@Test
	void createWhenSameKeyOfAnotherTenantThenItsOwn() {
		keyed("k3", NOTE).expectStatus().isCreated();
		Passport stranger = Passports.user(Passports.freshId("org"), "notes:read", "notes:write")
				.as(this.owner.principal());
		post(stranger, "k3", NOTE).expectStatus().isCreated().expectHeader().doesNotExist("Idempotency-Replayed");
	}

	@Test
	void createWhenManyAtOnceWithOneKeyThenOneEffect() {
		List<Integer> statuses = Flux.range(0, 8)
				.flatMap((i) -> Mono.fromCallable(() -> keyed("k4", NOTE).returnResult(String.class)
						.getStatus()
						.value()).subscribeOn(Schedulers.boundedElastic()), 8)
				.collectList()
				.block(Duration.ofSeconds(20));
		assertThat(statuses).contains(201).allMatch((status) -> (status == 201) || (status == 409));
		assertThat(count(this.owner)).isEqualTo(1);
	}

	@Test
	void writeWhenItFailsThenNothingStaysAndKeyIsFree() {
		for (int i = 0; i < 2; i++) {
			this.owner.on(this.client)
					.post()
					.uri("/notes/accidents")
					.header("Idempotency-Key", "k5")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(NOTE)
					.exchange()
					.expectStatus()
					.is5xxServerError()
					.expectHeader()
					.doesNotExist("Idempotency-Replayed")
					.expectBody(String.class)
					.value((body) -> assertThat(body).contains("internal_error").doesNotContain("secret"));
		}
		keyed("k5", "{}").expectStatus().isBadRequest();
		keyed("k5", NOTE).expectStatus().isCreated();
		assertThat(count(this.owner)).isEqualTo(1);
	}

	@Test
	void keyWhenMalformedThenRefused() {
		keyed("", NOTE).expectStatus().isBadRequest();
		keyed("x".repeat(300), NOTE).expectStatus().isBadRequest();
	}

	private int count(Passport passport) {
		Map<?, ?> page = passport.on(this.client)
				.get()
				.uri("/notes")
				.exchange()
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		return ((List<?>) page.get("data")).size();
	}

	private String create(Passport passport) {
		return post(passport, null, NOTE).expectStatus().isCreated().returnResult(String.class).getResponseHeaders()
				.getFirst("Location");
	}

	private WebTestClient.ResponseSpec keyed(String key, String body) {
		return post(this.owner, key, body);
	}

	private WebTestClient.ResponseSpec post(String body) {
		return post(this.owner, null, body);
	}

	private WebTestClient.ResponseSpec post(Passport passport, String key, String body) {
		return passport.on(this.client)
				.post()
				.uri("/notes")
				.contentType(MediaType.APPLICATION_JSON)
				.headers((headers) -> {
					if (key != null) {
						headers.set("Idempotency-Key", key);
					}
				})
				.bodyValue(body)
				.exchange();
	}

	private WebTestClient.ResponseSpec get(String uri) {
		return this.owner.on(this.client).get().uri(uri).exchange();
	}

	private WebTestClient.ResponseSpec replace(String location, String version, String body) {
		return this.owner.on(this.client)
				.post()
				.uri(location + "/replacement")
				.header("If-Match", version)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	/// Field, code and message of each problem.
	private static List<String> problems(WebTestClient.ResponseSpec answer) {
		Map<?, ?> problem = answer.expectStatus()
				.isBadRequest()
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		assertThat(problem.get("code")).isEqualTo("invalid_request");
		return ((List<?>) problem.get("errors")).stream()
				.map(Map.class::cast)
				.map((error) -> error.get("field") + " " + error.get("code") + " " + error.get("message"))
				.toList();
	}

	private WebTestClient.ResponseSpec patch(String location, String version, String body) {
		return this.owner.on(this.client)
				.patch()
				.uri(location)
				.header("If-Match", version)
				.contentType(MediaType.parseMediaType("application/merge-patch+json"))
				.bodyValue(body)
				.exchange();
	}

	private static String rootMessage(Throwable error) {
		Throwable root = error;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return String.valueOf(root.getMessage());
	}

}
