package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.TestShards;
import io.billwright.analytics.counting.Hours;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static io.billwright.analytics.correction.Metered.CORRECTIONS;
import static io.billwright.analytics.correction.Metered.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// An organization on two shards; hours end when the test says so.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=50ms",
	"billwright.usage.counting.compaction-interval=1d", "billwright.usage.counting.measure-interval=100ms",
	"billwright.usage.counting.backfill-events=40", "billwright.usage.counting.backoff.max=1s"})
class CorrectionTests {

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase());

	@Autowired
	private WebTestClient client;

	@Autowired
	private Shards shards;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	private Metered metered;

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
	}

	@BeforeEach
	void beMetered() {
		this.metered = new Metered(20_261_122, this.client, this.shards);
		run("INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '{0,1}')"
				.formatted(this.metered.tenant.organization()));
		this.metered.customers.forEach((customer) -> run("""
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())""".formatted(new CustomerId(customer).text())));
	}

	private void run(String sql) {
		TestShards.run(this.database, this.transaction, this.metered.tenant, sql);
	}

	/// What is counted is kept as a plain map from key to event.
	@Test
	void figuresWhenEventsComeAndAreCorrectedAtRandomThenEqualARecountOfWhatIsLeft() {
		Map<String, UsageEvent> left = new TreeMap<>();
		Map<Aggregation, List<UsageEvent>> frozen = new EnumMap<>(Aggregation.class);
		List<UsageEvent> sent = events("first", 240);
		sent.forEach((event) -> left.put(event.key(), event));
		List<Aggregation> early = List.of(Aggregation.SUM, Aggregation.UNIQUE_COUNT, Aggregation.LATEST,
				Aggregation.WEIGHTED_SUM);
		early.forEach(this.metered::meter);
		this.metered.send(sent);
		this.metered.awaitKeys(240);
		correct(left, 25);
		// These count what was there before in the background, 40 events at a time, while the next ones are corrected.
		Stream.of(Aggregation.values()).filter((aggregation) -> !early.contains(aggregation))
				.forEach(this.metered::meter);
		correct(left, 25);
		finishHours(3);
		List<UsageEvent> more = events("more", 60);
		more.forEach((event) -> left.put(event.key(), event));
		// Keys that are voided or amended are known all the same.
		this.metered.send(Stream.concat(more.stream(), sent.stream()).toList());
		this.metered.awaitKeys(300);
		correct(left, 25);
		this.metered.verify(left.values(), frozen);
		this.metered.verifyRollups();

		this.metered.archive(Aggregation.MAX);
		Set<String> before = Set.copyOf(left.keySet());
		List<UsageEvent> last = events("last", 30);
		last.forEach((event) -> left.put(event.key(), event));
		this.metered.send(last);
		this.metered.awaitKeys(330);
		finishHours(9);
		correct(left, 25);
		frozen.put(Aggregation.MAX,
				left.values().stream().filter((event) -> before.contains(event.key())).toList());
		this.metered.verify(left.values(), frozen);
		this.metered.verifyRollups();

		// And the comparison is worth something.
		UsageEvent any = left.remove(left.keySet().iterator().next());
		assertThat(any).isNotNull();
		assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> this.metered.verify(left.values(), Map.of()));
	}

	private List<UsageEvent> events(String name, int count) {
		return IntStream.range(0, count).mapToObj((at) -> this.metered.event(name + "-" + at)).toList();
	}

	private void correct(Map<String, UsageEvent> left, int times) {
		for (int time = 0; time < times; time++) {
			UsageEvent event = left.get(this.metered.pick(List.copyOf(left.keySet())));
			if (this.metered.random(3) == 0) {
				this.metered.voidEvent(event);
				left.remove(event.key());
			}
			else {
				left.put(event.key(), this.metered.amend(event));
			}
		}
	}

	private void finishHours(int ahead) {
		this.shards.all().forEach((shard) -> Hours.finish(shard, this.metered.now.plus(Duration.ofHours(ahead))));
	}

	/// While others are counted, hours end, a meter counts the past, and connections are killed.
	@Test
	void figuresWhenEventsAreCorrectedAmidAllElseThenEqualARecount() throws Exception {
		Stream.of(Aggregation.SUM, Aggregation.MAX, Aggregation.UNIQUE_COUNT).forEach(this.metered::meter);
		List<UsageEvent> first = events("first", 300);
		this.metered.send(first);
		this.metered.awaitKeys(300);
		Map<String, UsageEvent> left = new ConcurrentHashMap<>();
		first.forEach((event) -> left.put(event.key(), event));
		List<UsageEvent> second = events("second", 2_000);
		try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
			List<CompletableFuture<Void>> work = new ArrayList<>();
			for (int worker = 0; worker < 2; worker++) {
				List<UsageEvent> own = first.subList(worker * 120, worker * 120 + 120);
				work.add(CompletableFuture.runAsync(() -> own.forEach((event) -> {
					persist(event, "\"type\": \"void\"");
					left.remove(event.key());
				}), workers));
			}
			work.add(CompletableFuture.runAsync(() -> {
				for (int from = 0; from < second.size(); from += 100) {
					this.metered.send(second.subList(from, from + 100));
				}
			}, workers));
			work.add(CompletableFuture.runAsync(() -> {
				for (int hour = 1; hour <= 5; hour++) {
					int ahead = hour;
					eventually(() -> tried(() -> finishHours(ahead)));
					killConnections();
				}
				eventually(() -> tried(() -> this.metered.meter(Aggregation.LATEST)));
			}, workers));
			CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).get(120,
					java.util.concurrent.TimeUnit.SECONDS);
		}
		second.forEach((event) -> left.put(event.key(), event));
		this.metered.awaitKeys(2_300);
		this.metered.verify(left.values(), Map.of());
		this.metered.verifyRollups();
		assertThat(this.shards.all().stream().mapToLong((shard) -> Metered.number(shard,
				"SELECT count(*) FROM usage_correction WHERE organization_id = '%s'"
						.formatted(this.metered.tenant.organization())))
				.sum()).as("each correction is made once")
				.isEqualTo(240);
	}

	private static boolean tried(Runnable work) {
		try {
			work.run();
			return true;
		}
		catch (RuntimeException | AssertionError broken) {
			return false;
		}
	}

	/// As a client does that gets 503 or nothing.
	private void persist(UsageEvent event, String fields) {
		eventually(
				() -> this.metered.correct(event, fields).returnResult(Void.class).getStatus().value() == 201);
	}

	@Test
	void eventWhenItsConnectionIsKilledInTheMiddleThenIsAsItWas() throws Exception {
		this.metered.meter(Aggregation.SUM);
		UsageEvent event = this.metered.event("k");
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		Shard shard = this.metered.shardOf(event.customer());
		try (ExecutorService worker = Executors.newSingleThreadExecutor();
				Connection admin = connect(SHARDS.get(shard.number()));
				Statement statement = admin.createStatement()) {
			admin.setAutoCommit(false);
			// The event is voided by then, and its minute not yet cleared.
			statement.execute("LOCK TABLE usage_minute IN ACCESS EXCLUSIVE MODE");
			CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> this.metered
					.correct(event, "\"type\": \"void\"")
					.returnResult(Void.class)
					.getStatus()
					.value(), worker);
			eventually(() -> killWaiting(SHARDS.get(shard.number())));
			assertThat(status.get(60, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(503);
			admin.rollback();
		}
		assertThat(Metered.number(shard, "SELECT count(*) FROM usage_correction WHERE organization_id = '%s'"
				.formatted(this.metered.tenant.organization()))).isZero();
		this.metered.verify(List.of(event), Map.of());

		this.metered.voidEvent(event);

		this.metered.verify(List.of(), Map.of());
	}

	private static boolean killWaiting(String database) {
		return number(database,
				"""
						SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
						WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM usage_minute%'""") > 0;
	}

	private static void killConnections() {
		SHARDS.forEach((shard) -> number(shard, """
				SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'billwright_app'"""));
	}

	private static long number(String database, String sql) {
		try (Connection connection = connect(database);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getLong(1);
		}
		catch (SQLException exception) {
			throw new IllegalStateException(exception);
		}
	}

	/// As an administrator, whom no policy stops.
	private static Connection connect(String database) throws SQLException {
		return DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(database), "postgres",
				EmbeddedServers.PASSWORD);
	}

	@Test
	void correctionWhenMadeThenTellsWhatWasBeforeAndIsMadeOnce() {
		this.metered.meter(Aggregation.SUM);
		UsageEvent event = this.metered.event("a \\\"quoted\\\" key");
		this.metered.send(List.of(unquoted(event)));
		this.metered.awaitKeys(1);

		JsonNode amended = body(this.metered
				.correct(event,
						"\"type\": \"amend\", \"quantity\": \"2.50\", \"properties\": {\"size\": 7.10, \"eu\": true, \"no\": null}")
				.expectStatus()
				.isCreated());

		assertThat(amended.at("/before/quantity").asString()).isEqualTo("1");
		assertThat(amended.at("/after/quantity").asString()).isEqualTo("2.50");
		assertThat(amended.at("/after/timestamp")).isEqualTo(amended.at("/before/timestamp"));
		assertThat(new BigDecimal(amended.at("/after/properties/size").asString())).isEqualTo("7.10");
		assertThat(amended.at("/after/properties").propertyNames()).containsExactlyInAnyOrder("size", "eu");
		assertThat(amended.path("created_by").asString()).isEqualTo(this.metered.passport.principal());
		JsonNode again = body(
				this.metered.correct(event, "\"type\": \"amend\", \"quantity\": 2.50").expectStatus().isCreated());
		assertThat(again).isEqualTo(amended);

		JsonNode voided = body(this.metered.correct(event, "\"type\": \"void\"").expectStatus().isCreated());
		assertThat(voided.at("/before/quantity").asString()).isEqualTo("2.50");
		assertThat(body(this.metered.correct(event, "\"type\": \"void\"").expectStatus().isCreated()))
				.isEqualTo(voided);

		String customer = new CustomerId(event.customer()).text();
		assertThat(this.metered.get(CORRECTIONS + "/" + voided.path("id").asString())).isEqualTo(voided);
		JsonNode newest = this.metered.get(CORRECTIONS + "?limit=1&customer=" + customer);
		assertThat(newest.path("data").valueStream()).containsExactly(voided);
		assertThat(this.metered.get(CORRECTIONS + "?limit=1&customer=" + customer + "&cursor="
				+ newest.path("next_cursor").asString()).path("data").valueStream()).containsExactly(amended);
		assertThat(this.metered.get(CORRECTIONS + "?idempotency_key=other&customer=" + customer).path("data"))
				.isEmpty();

		String events = "/api/v1/usage/events?metric=sum&customer=%s&from=%s&to=%s".formatted(customer,
				event.timestamp(), event.timestamp().plusSeconds(1));
		assertThat(this.metered.get(events).path("data")).isEmpty();
		JsonNode listed = this.metered.get(events + "&voided=true").at("/data/0");
		assertThat(Instant.parse(listed.path("voided_at").asString())).isAfterOrEqualTo(this.metered.now);
		assertThat(new BigDecimal(listed.path("value").asString())).isEqualByComparingTo("7.1");
	}

	private static UsageEvent unquoted(UsageEvent event) {
		return new UsageEvent(event.organization(), event.live(), event.customer(), event.metric(),
				event.key().replace("\\", ""), event.quantity(), event.timestamp(), event.acceptedAt(),
				event.properties());
	}

	/// Balances are remembered until a transaction says that it changes them.
	@Test
	void balanceWhenAnEventIsVoidedThenFollows() {
		this.metered.meter(Aggregation.SUM);
		UsageEvent any = this.metered.event("k");
		UsageEvent event = new UsageEvent(any.organization(), true, any.customer(), any.metric(), any.key(),
				any.quantity(), this.metered.now.minusSeconds(60), any.acceptedAt(), Map.of("size", BigDecimal.TWO));
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		String customer = new CustomerId(event.customer()).text();
		this.metered.post("/api/v1/usage/allowances", """
				{"customer": "%s", "meter": "sum", "amount": "1000", "starts_at": "%s"}""".formatted(customer,
				this.metered.now.minus(Duration.ofDays(1)))).expectStatus().isCreated();
		String balance = "/api/v1/usage/balance?meter=sum&customer=" + customer;
		eventually(() -> used(balance).compareTo(BigDecimal.TWO) == 0);

		this.metered.voidEvent(event);

		eventually(() -> used(balance).signum() == 0);
	}

	/// Alerts look at customers whose figures a transaction says that it has changed.
	@Test
	void alertWhenAnAmendmentReachesItsLevelThenTells() {
		this.metered.meter(Aggregation.SUM);
		UsageEvent any = this.metered.event("k");
		UsageEvent event = new UsageEvent(any.organization(), true, any.customer(), any.metric(), any.key(),
				any.quantity(), this.metered.now, any.acceptedAt(), Map.of("size", BigDecimal.TWO));
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		String alert = body(this.metered.post("/api/v1/usage/alerts", """
				{"meter": "sum", "period": "month", "levels": ["1000"]}""").expectStatus().isCreated()).path("id")
				.asString();

		this.metered.correct(event, "\"type\": \"amend\", \"properties\": {\"size\": 1000}").expectStatus().isCreated();

		eventually(
				() -> this.metered.get("/api/v1/usage/alerts/" + alert + "/events").path("data").size() == 1);
	}

	private BigDecimal used(String balance) {
		return new BigDecimal(this.metered.get(balance).at("/data/0/used").asString());
	}

	@Test
	void correctionWhenItCannotBeThenSaysWhy() {
		UsageEvent event = this.metered.event("k");
		UsageEvent voided = this.metered.event("v");
		this.metered.send(List.of(event, voided));
		this.metered.awaitKeys(2);
		this.metered.voidEvent(voided);
		assertProblem(voided, "\"type\": \"amend\", \"quantity\": 2", 409, "usage_event_voided");
		assertProblem(event, "\"type\": \"amend\", \"quantity\": 1", 409, "nothing_to_correct");
		assertProblem(this.metered.event("never"), "\"type\": \"void\"", 404, "not_found");
		assertFields(event, "\"type\": \"void\", \"quantity\": 1, \"properties\": {}", "quantity", "properties");
		assertFields(event, "\"type\": \"amend\"", "type");
		assertFields(event, "\"type\": \"amend\", \"timestamp\": \"2020-01-01T00:00:00Z\"", "timestamp");
		assertFields(event, "\"type\": \"amend\", \"timestamp\": \"2100-01-01T00:00:00Z\"", "timestamp");
		assertFields(event, "\"type\": \"amend\", \"properties\": {\"a\": 1e9, \"b\": [1], \"c\": \"%s\", \"d\": 1}"
				.formatted("x".repeat(513)), "properties.a", "properties.b", "properties.c");
		assertFields(event, "\"type\": \"amend\", \"properties\": {\"a\": \"\\ud800\"}", "properties.a");
		assertFields(event, "\"type\": \"amend\", \"properties\": {\"a\\u0000\": 1}", "properties");
	}

	private void assertProblem(UsageEvent event, String fields, int status, String code) {
		JsonNode problem = body(this.metered.correct(event, fields).expectStatus().isEqualTo(status));
		assertThat(problem.path("code").asString()).isEqualTo(code);
	}

	private void assertFields(UsageEvent event, String fields, String... wrong) {
		JsonNode problem = body(this.metered.correct(event, fields).expectStatus().isBadRequest());
		assertThat(problem.path("errors").valueStream().map((error) -> error.path("field").asString()))
				.containsExactlyInAnyOrder(wrong);
	}

	@Test
	void correctionsWhenOfAnotherTenantOrModeThenDoNotExist() {
		UsageEvent event = this.metered.event("k");
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		JsonNode voided = body(this.metered.correct(event, "\"type\": \"void\"").expectStatus().isCreated());
		Passport stranger = Passports.user(Passports.freshId("org"), "usage:read", "usage:write");
		for (Passport other : List.of(stranger, this.metered.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.client);
			theirs.get().uri(CORRECTIONS + "/" + voided.path("id").asString()).exchange().expectStatus().isNotFound();
			theirs.get()
					.uri(CORRECTIONS + "?customer=" + voided.path("customer_id").asString())
					.exchange()
					.expectStatus()
					.isNotFound();
			Map<String, Object> body = new HashMap<>(Map.of("type", "void", "reason", "Mine", "idempotency_key", "k"));
			body.put("customer", voided.path("customer_id").asString());
			theirs.post().uri(CORRECTIONS).bodyValue(body).exchange().expectStatus().isNotFound();
		}
		this.metered.passport.withScopes("usage:read")
				.on(this.client)
				.post()
				.uri(CORRECTIONS)
				.bodyValue(Map.of("type", "void", "reason", "Mine", "idempotency_key", "k", "customer", "c"))
				.exchange()
				.expectStatus()
				.isForbidden();
	}

}
