package io.billwright.search;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.UserSnapshot;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;

import static io.billwright.search.Snapshots.customer;
import static io.billwright.search.Snapshots.invoice;
import static org.assertj.core.api.Assertions.assertThat;

@SearchTest
class SearchTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final LocalDate MAY = LocalDate.of(2026, 5, 4);

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final Passport passport = Passports.user(new OrganizationId(this.tenant.organization()).text(),
			"search:read");

	@Autowired
	private Events events;

	@Autowired
	private WebTestClient client;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@LocalManagementPort
	private int managementPort;

	@BeforeEach
	void bePatient() {
		this.client = this.client.mutate().responseTimeout(LIMIT).build();
	}

	@Test
	void searchWhenNumberIsExactThenComesBeforeEverythingElse() {
		publish(invoice("INV-2026-0001", "Acme", "open", "10.00", "EUR", MAY),
				invoice("INV-2026-00011", "Acme", "open", "10.00", "EUR", MAY.plusDays(9)),
				customer("INV-2026-0001 Consulting"));
		JsonNode found = awaitCount(3, "inv-2026-0001");
		assertThat(strings(found, "title")).startsWith("INV-2026-0001");
		assertThat(strings(found, "match")).containsExactly("exact", "prefix", "prefix");
	}

	@Test
	void searchWhenIdOrExternalIdOrTaxIdIsGivenThenFindsExactlyThat() {
		CustomerSnapshot customer = customer("Globex");
		publish(customer, customer("Initech"));
		awaitCount(1, customer.id());
		awaitCount(1, String.valueOf(customer.externalId()));
		awaitCount(1, customer.taxIds().getFirst().value());
		assertThat(strings(awaitCount(1, customer.id()), "match")).containsExactly("exact");
	}

	@Test
	void searchWhenAccentsCaseOrEndingDifferThenFindsAllTheSame() {
		publish(customer("Müller & Søn GmbH"));
		awaitCount(1, "Müller & Søn GmbH");
		List.of("MULLER", "son müll", "gmbh MÜLLER s", "hauptstrasse koln").forEach((text) -> awaitCount(1, text));
		assertThat(strings(awaitCount(1, "muller son g"), "match")).containsExactly("prefix");
		assertThat(strings(awaitCount(1, "gmbh son"), "match")).containsExactly("words");
	}

	@Test
	void searchWhenMisspeltThenFindsWhatIsSpeltAlike() {
		publish(customer("Consulting Partners"), customer("Bakery"));
		awaitCount(1, "consulting");
		JsonNode found = awaitCount(1, "consulitng partnrs");
		assertThat(strings(found, "match")).containsExactly("similar");
		assertThat(found.at("/data/0/highlights/title").asString())
				.isEqualTo("<mark>Consulting</mark> <mark>Partners</mark>");
	}

	@Test
	void searchWhenTextIsHtmlThenHighlightsAreEscaped() {
		publish(customer("Evil <script>alert(1)</script>"));
		JsonNode found = awaitCount(1, "script");
		assertThat(found.at("/data/0/highlights/title").asString())
				.isEqualTo("Evil &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;");
	}

	@Test
	void searchWhenFilteredThenOnlyMatchesStayAndFacetsCountThem() {
		InvoiceSnapshot open = invoice("A-1", "Northwind", "open", "99.50", "EUR", MAY);
		publish(open, invoice("A-2", "Northwind", "paid", "100.00", "EUR", MAY.plusDays(1)),
				invoice("A-3", "Northwind", "paid", "7000", "JPY", MAY.plusDays(2)), customer("Northwind"));
		JsonNode all = awaitCount(4, "northwind");
		assertThat(all.at("/facets").toString()).isEqualTo(
				"{\"type\":{\"invoice\":3,\"customer\":1},\"status\":{\"open\":1,\"paid\":2,\"active\":1},"
						+ "\"currency\":{\"EUR\":3,\"JPY\":1}}");
		assertThat(all.at("/facets_exact").asBoolean()).isTrue();
		awaitCount(1, "northwind&type=customer");
		awaitCount(4, "northwind&type=customer,invoice");
		awaitCount(3, "northwind&status=paid&status=open");
		awaitCount(1, "northwind&currency=JPY");
		awaitCount(1, "northwind&customer_id=" + open.customerId());
		awaitCount(2, "northwind&date_from=2026-05-04&date_to=2026-05-05");
		assertThat(titles("northwind&amount_from=99.51&amount_to=100")).containsExactly("A-2");
		assertThat(awaitCount(1, "a-1").at("/data/0/amount").toString())
				.isEqualTo("{\"amount\":\"99.50\",\"currency\":\"EUR\"}");
	}

	@Test
	void searchWhenPagedThenShowsEachMatchOnceBestFirst() {
		Object[] invoices = IntStream.range(0, 23)
				.mapToObj(
						(at) -> invoice("P-%02d".formatted(at), "Paging", "open", "1.00", "EUR", MAY.plusDays(at % 3)))
				.toArray();
		publish(invoices);
		awaitCount(23, "paging&limit=100");
		List<String> seen = new ArrayList<>();
		@Nullable
		String cursor = "";
		while (cursor != null) {
			JsonNode page = get("paging&limit=10" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
			seen.addAll(strings(page, "title"));
			cursor = page.at("/has_more").asBoolean() ? page.at("/next_cursor").asString() : null;
		}
		assertThat(seen).hasSize(23).doesNotHaveDuplicates();
		assertThat(seen.stream().map((number) -> Integer.parseInt(number.substring(2)) % 3))
				.as("the newest first").isSortedAccordingTo(Comparator.reverseOrder());
	}

	@Test
	void searchWhenThereIsANextPageThenLinksIt() {
		publish(customer("Linked One"), customer("Linked Two"));
		awaitCount(2, "linked");
		this.passport.on(this.client)
				.get()
				.uri("/api/v1/search?q=linked&limit=1")
				.exchange()
				.expectHeader()
				.valueMatches("Link", "</api/v1/search\\?q=linked&limit=1&cursor=.+>; rel=\"next\"");
	}

	@Test
	void suggestionsWhenTypingThenAreAtMostTen() {
		publish(IntStream.range(0, 12).mapToObj((at) -> customer("Suggested " + at)).toArray());
		awaitCount(12, "suggested");
		JsonNode found = this.passport.on(this.client)
				.get()
				.uri("/api/v1/search/suggest?q=sugg")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(found).isNotNull();
		assertThat(strings(found, "text")).hasSize(10).allMatch((text) -> text.startsWith("Suggested"));
		assertThat(found.at("/data/0/highlighted").asString()).startsWith("<mark>Suggested</mark>");
	}

	@Test
	void searchWhenEverythingIsConsumedThenSaysAsOfWhen() {
		Instant before = Instant.now().minusSeconds(60);
		publish(customer("Fresh"));
		JsonNode found = await("fresh", (answer) -> answer.at("/as_of").isString());
		assertThat(Instant.parse(found.at("/as_of").asString())).isAfter(before);
	}

	@Test
	void documentWhenOlderVersionComesLateThenStaysAsItIs() {
		String id = Passports.freshId("cus");
		publish(customer(id, 3, "Newest Name", "archived"));
		awaitCount(1, "newest");
		publish(customer(id, 2, "Older Name", "active"), customer("Marker"));
		awaitCount(1, "marker");
		awaitCount(0, "older&type=customer");
		assertThat(strings(awaitCount(1, "newest"), "status")).containsExactly("archived");
	}

	@Test
	void userWhenRemovedThenIsGoneAndNoLateEventBringsThePersonBack() {
		String id = Passports.freshId("usr");
		publish(Snapshots.user(id, 1, "Grace Hopper", "active"));
		awaitCount(1, "hopper");
		publish(Snapshots.user(id, 3, "", "removed"));
		awaitCount(0, "hopper");
		UserSnapshot late = Snapshots.user(id, 2, "Grace Hopper", "active");
		publish(late, Snapshots.user(Passports.freshId("usr"), 1, "Marker Person", "active"));
		awaitCount(1, "marker");
		awaitCount(0, "hopper");
		awaitCount(0, id);
	}

	@Test
	void userWhenInTwoOrganizationsThenIsRemovedFromOneAndStaysInTheOther() {
		Tenant other = new Tenant(UUID.randomUUID(), true);
		Passport there = Passports.user(other.organizationId().text(), "search:read");
		String id = Passports.freshId("usr");
		publish(Snapshots.user(id, 1, "Grace Hopper", "active"));
		this.events.publish(other, Snapshots.user(id, 1, "Grace Hopper", "active"));
		awaitTitles(there, "hopper", "Grace Hopper");
		publish(Snapshots.user(id, 2, "", "removed"));
		awaitCount(0, "hopper");
		awaitTitles(there, "hopper", "Grace Hopper");
	}

	@Test
	void searchWhenOtherTenantOrModeHasMatchesThenShowsNoneOfThem() {
		Tenant neighbour = new Tenant(UUID.randomUUID(), true);
		Tenant test = new Tenant(this.tenant.organization(), false);
		this.events.publish(neighbour, customer("Secretive Neighbour"),
				invoice("S-1", "Secretive", "open", "1.00", "EUR", MAY));
		this.events.publish(test, customer("Secretive Test"));
		publish(customer("Secretive Own"));
		awaitCount(1, "secretive");
		Passport other = Passports.user(new OrganizationId(neighbour.organization()).text(), "search:read");
		awaitTitles(other, "secretive", "S-1", "Secretive Neighbour");
		awaitTitles(this.passport.inTestMode(), "secretive", "Secretive Test");
		awaitTitles(this.passport, "secretive", "Secretive Own");
		for (String text : List.of("s-1", "neighbour", "neighbuor", "test", "s")) {
			assertThat(titles(text)).as(text).isSubsetOf("Secretive Own");
		}
		assertThat(get("neighbour").at("/facets").toString()).isEqualTo("{}");
	}

	@Test
	void databaseWhenAskedDirectlyThenShowsOnlyTheTenantsRows() {
		publish(customer("Direct"));
		awaitCount(1, "direct");
		assertThat(count("document", this.tenant)).isEqualTo(1);
		assertThat(count("word", this.tenant)).isPositive();
		assertThat(count("document_0", this.tenant) + count("document_1", this.tenant)).isZero();
		Tenant stranger = new Tenant(UUID.randomUUID(), true);
		assertThat(count("document", stranger) + count("word", stranger)).isZero();
		assertThat(count("document", new Tenant(this.tenant.organization(), false))).isZero();
		String withoutTenant = "search_documents('{direct}', 'direct', 'direct', null, null, null, null, null, null, null,"
				+ " null, null, null, null, null, 10) WHERE hits <> '[]'";
		assertThat(count(withoutTenant, null)).isZero();
		assertThat(count(withoutTenant, this.tenant)).isEqualTo(1);
	}

	@Test
	void searchWhenRequestIsWrongThenNamesEachField() {
		JsonNode problem = problem("/api/v1/search?q= &date_from=2026-02-01&date_to=2026-01-01",
				HttpStatus.BAD_REQUEST);
		assertThat(problem.at("/errors").findValuesAsString("field")).containsExactlyInAnyOrder("q", "date_to");
		problem("/api/v1/search", HttpStatus.BAD_REQUEST);
		problem("/api/v1/search?q=a&type=nonsense", HttpStatus.BAD_REQUEST);
		problem("/api/v1/search?q=a&type=\0", HttpStatus.BAD_REQUEST);
		problem("/api/v1/search?q=a&type=invoice,", HttpStatus.BAD_REQUEST);
		problem("/api/v1/search?q=a&cursor=" + Cursor.of("x").text(),
				HttpStatus.BAD_REQUEST);
		problem("/api/v1/search?q=" + "x".repeat(201), HttpStatus.BAD_REQUEST);
	}

	@Test
	void searchWhenScopeIsMissingThenIsForbidden() {
		this.client.get().uri("/api/v1/search?q=a").exchange().expectStatus().isUnauthorized();
		this.passport.withScopes("customers:read")
				.on(this.client)
				.get()
				.uri("/api/v1/search?q=a")
				.exchange()
				.expectStatus()
				.isForbidden();
	}

	@Test
	void searchWhenTextIsNothingButOperatorsThenFindsNothing() {
		for (String text : List.of("' :* | ! <->", "\\", "%25_", "(((", "key=", "--")) {
			assertThat(titles(text)).as(text).isEmpty();
		}
	}

	@Test
	void indexWhenRebuiltThenIsCompleteAgainAndAnswersAllTheTime() {
		publish(customer("Rebuilt One"), customer("Rebuilt Two"));
		awaitCount(2, "rebuilt");
		execute("DELETE FROM document WHERE title = 'Rebuilt One'", this.tenant);
		awaitCount(1, "rebuilt");
		int active = active();
		assertThat(count("document WHERE slot = " + active, this.tenant)).isEqualTo(1);
		manage().post().uri("/actuator/rebuild").exchange().expectStatus().isOk().expectBody().jsonPath("$.begun")
				.isEqualTo(true);
		publish(customer("Rebuilt Three"));
		await("rebuilt", (answer) -> {
			assertThat(strings(answer, "title")).contains("Rebuilt Two");
			return answer.at("/data").size() == 3;
		});
		eventually(() -> active() != active);
		awaitCount(3, "rebuilt");
		eventually(() -> count("document WHERE slot = " + active, this.tenant) == 0);
	}

	@Test
	void rebuildWhenAnotherIsAliveThenDoesNotBegin() {
		execute("""
				UPDATE generation SET state = 'building', touched_at = clock_timestamp(), started_at = clock_timestamp()
				WHERE state = 'idle'""", null);
		manage().post().uri("/actuator/rebuild").exchange().expectBody().jsonPath("$.begun").isEqualTo(false);
		execute("UPDATE generation SET touched_at = clock_timestamp() - interval '1 minute' WHERE state = 'building'",
				null);
		int active = active();
		manage().post().uri("/actuator/rebuild").exchange().expectBody().jsonPath("$.begun").isEqualTo(true);
		eventually(() -> active() != active);
	}

	private int active() {
		JsonNode generations = manage().get()
				.uri("/actuator/rebuild")
				.exchange()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(generations).isNotNull();
		return generations.valueStream()
				.filter((generation) -> generation.at("/state").asString().equals("active"))
				.findFirst()
				.orElseThrow()
				.at("/slot")
				.asInt();
	}

	private WebTestClient manage() {
		return WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + this.managementPort)
				.responseTimeout(LIMIT)
				.build();
	}

	private void publish(Object... snapshots) {
		this.events.publish(this.tenant, snapshots);
	}

	private JsonNode awaitCount(int count, String query) {
		return await(query, (answer) -> answer.at("/data").size() == count);
	}

	private void awaitTitles(Passport asking, String query, String... titles) {
		JsonNode found = await(asking, query, (answer) -> answer.at("/data").size() == titles.length);
		assertThat(strings(found, "title")).containsExactlyInAnyOrder(titles);
	}

	private JsonNode await(String query, Predicate<JsonNode> condition) {
		return await(this.passport, query, condition);
	}

	private JsonNode await(Passport asking, String query, Predicate<JsonNode> condition) {
		AtomicReference<JsonNode> answer = new AtomicReference<>(get(asking, query));
		eventually(() -> {
			answer.set(get(asking, query));
			return condition.test(answer.get());
		});
		return answer.get();
	}

	private static void eventually(BooleanSupplier condition) {
		long end = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("in time").isLessThan(end);
			Mono.delay(Duration.ofMillis(50)).block(LIMIT);
		}
	}

	private List<String> titles(String query) {
		return strings(get(query), "title");
	}

	private static List<String> strings(JsonNode answer, String field) {
		return answer.at("/data").valueStream().map((hit) -> hit.at("/" + field).asString()).toList();
	}

	private JsonNode get(String query) {
		return get(this.passport, query);
	}

	/// @param query the text, and filters behind an ampersand
	private JsonNode get(Passport asking, String query) {
		String[] parts = query.split("(?<! )&", 2);
		JsonNode answer = asking.on(this.client)
				.get()
				.uri((uri) -> uri.path("/api/v1/search")
						.query((parts.length == 2) ? parts[1] : "")
						.queryParam("q", "{text}")
						.build(parts[0]))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(answer).isNotNull();
		return answer;
	}

	private JsonNode problem(String uri, HttpStatus status) {
		JsonNode problem = this.passport.on(this.client)
				.get()
				.uri(uri)
				.exchange()
				.expectStatus()
				.isEqualTo(status)
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(problem).isNotNull();
		return problem;
	}

	private long count(String from, @Nullable Tenant as) {
		return run(this.database.sql("SELECT count(*) AS rows FROM " + from)
				.map((row) -> row.get("rows", Long.class))
				.one(), as);
	}

	private void execute(String sql, @Nullable Tenant as) {
		run(this.database.sql(sql).fetch().rowsUpdated(), as);
	}

	private <T> T run(Mono<T> work, @Nullable Tenant as) {
		return work.as(this.transaction::transactional)
				.contextWrite((as != null) ? as.bind() : SystemScope.bind())
				.blockOptional(LIMIT)
				.orElseThrow();
	}

}
