package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.r2dbc.pool.ConnectionPool;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.TestShards;
import io.billwright.analytics.allowance.EventByEvent.Use;
import io.billwright.analytics.counting.Counting;
import io.billwright.analytics.counting.MeterActivations;
import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.UsageFigures;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/// The whole way: events on the topics of two shards, between which an organization is spread, until they show in balances.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=100ms",
	"billwright.usage.counting.compaction-interval=300ms", "billwright.usage.counting.measure-interval=200ms",
	"billwright.usage.allowances.limit=5"})
class AllowanceTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Duration STALENESS = Duration.ofSeconds(1);

	private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase());

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final Passport passport = Passports.user(new OrganizationId(this.tenant.organization()).text(),
			"usage:read", "meters:read", "meters:write", "allowances:read", "allowances:write");

	private final List<CustomerId> customers = Stream.generate(() -> new CustomerId(Ids.next())).limit(4).toList();

	private final WebTestClient anybody;

	private final WebTestClient client;

	@Autowired
	private Shards shards;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private Balances balances;

	@Autowired
	private Instance instance;

	@Autowired
	private ShiftedClock clock;

	AllowanceTests(@Autowired WebTestClient client) {
		this.anybody = client.mutate().responseTimeout(LIMIT).build();
		this.client = this.passport.on(this.anybody);
	}

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
	}

	@TestConfiguration
	static class Context {

		@Bean
		@Primary
		ShiftedClock shiftedClock() {
			return new ShiftedClock();
		}

		@Bean
		Instance instance(ConnectionPool pool, Shards shards, Counting counting, Meters meters, Allowances allowances,
				UsageFigures figures, MeterActivations activations, AllowanceSettings settings, Clock clock) {
			return new Instance((changes) -> new Balances(meters, allowances, figures, activations, shards, changes,
					settings, clock), () -> new Changes(pool, shards, counting, settings));
		}

	}

	/// What another instance has beside the same databases: a memory and connections of its own.
	record Instance(java.util.function.Function<Changes, Balances> balances,
			java.util.function.Supplier<Changes> changes) {}

	@BeforeEach
	void beSpread() {
		run("INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '{0,1}')"
				.formatted(this.tenant.organization()));
		this.customers.forEach((customer) -> run("""
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', '%s', 'active', now())""".formatted(customer.text(), ZONE)));
		meter("calls", "sum");
	}

	@AfterEach
	void returnToThePresent() {
		this.clock.ahead.set(Duration.ZERO);
	}

	@Test
	void balanceWhenEventsAreCountedThenIsWhatWasGrantedWithoutTheSummary() {
		CustomerId customer = this.customers.getFirst();
		allow(customer, "\"amount\": \"100\", \"every\": \"month\", \"starts_at\": \"%s\""
				.formatted(Recurrence.MONTH.startOf(now(), ZONE)));
		assertThat(balance(customer).path("remaining").asString()).isEqualTo("100");
		assertThat(balance(customer).path("has_access").asBoolean()).isTrue();

		send(List.of(event(customer, now(), "30.5"), event(customer, now(), "9.5"),
				event(this.customers.getLast(), now(), "7")));
		eventually(() -> balance(customer).path("used").asString().equals("40"));
		assertThat(summary(customer)).isEqualByComparingTo("40");

		// Late, and of the hours that are added up already.
		Instant late = Recurrence.MONTH.startOf(now(), ZONE).plusSeconds(1);
		send(List.of(event(customer, late, "70")));
		eventually(() -> balance(customer).path("overage").asString().equals("10"));
		assertThat(summary(customer)).isEqualByComparingTo("110");
		JsonNode over = balance(customer);
		assertThat(over.path("remaining").asString()).isEqualTo("0");
		assertThat(over.path("has_access").asBoolean()).isFalse();
		assertThat(over.path("period_start").asString())
				.isEqualTo(Recurrence.MONTH.startOf(now(), ZONE).toString());

		allow(customer, "\"amount\": 25, \"starts_at\": \"%s\"".formatted(late.minusSeconds(1)));
		eventually(() -> balance(customer).path("remaining").asString().equals("15"));
		assertThat(balance(customer).path("allowances")).hasSize(2);
		JsonNode all = get("balance?customer=" + customer.text());
		assertThat(all.path("data")).hasSize(1);
		assertThat(all.path("complete").asBoolean()).isTrue();
		eventually(() -> get("balance?customer=" + customer.text()).path("as_of").isString());
	}

	@Test
	void balanceWhenThePeriodIsNewThenIsGrantedAnewWithWhatRollsOver() {
		CustomerId customer = this.customers.getFirst();
		allow(customer, """
				"amount": "10", "every": "day", "rollover_limit": "5", "starts_at": "%s\""""
				.formatted(Recurrence.DAY.startOf(now(), ZONE)));
		send(List.of(event(customer, now(), "7")));
		eventually(() -> told(this.balances, customer).remaining().compareTo(new BigDecimal("3")) == 0);
		this.clock.ahead.set(Duration.between(now(), Recurrence.DAY.endOf(now(), ZONE)));
		assertThat(told(this.balances, customer).remaining()).isEqualByComparingTo("13");
		send(List.of(event(customer, now(), "4")));
		eventually(() -> told(this.balances, customer).remaining().compareTo(new BigDecimal("9")) == 0);
		this.clock.ahead.set(this.clock.ahead.get().plus(Duration.ofHours(30)));
		assertThat(told(this.balances, customer).granted()).isEqualByComparingTo("15");
	}

	/// Of two instances both hear of whatever either does, and a connection that was lost is made up for.
	@Test
	void balanceWhenAnotherInstanceChangesItThenIsToldByEach() {
		Changes changes = this.instance.changes().get();
		Balances other = this.instance.balances().apply(changes);
		changes.start();
		try {
			CustomerId customer = this.customers.getFirst();
			assertThat(told(other, customer)).isEqualTo(Balance.NONE);
			String id = allow(customer, "\"amount\": \"10\"");
			eventually(() -> told(other, customer).granted().intValue() == 10);
			IntStream.range(1, 20).forEach((use) -> {
				if (use % 5 == 0) {
					killListeners();
				}
				send(List.of(event(customer, now(), "0.5")));
				BigDecimal used = new BigDecimal(use).movePointLeft(1).multiply(new BigDecimal(5));
				eventually(() -> told(other, customer).used().compareTo(used) == 0);
				eventually(() -> told(this.balances, customer).used().compareTo(used) == 0);
			});
			killListeners();
			post("/" + id + "/end", "").expectStatus().isOk();
			pause(STALENESS.plusMillis(10));
			assertThat(told(other, customer)).as("after the staleness").isEqualTo(Balance.NONE);
		}
		finally {
			changes.stop();
		}
	}

	/// What is remembered is not looked up again: with the tables out of reach the answer is the same.
	@Test
	void balanceWhenHotThenNeedsNoTable() {
		CustomerId customer = this.customers.getFirst();
		allow(customer, "\"amount\": \"10\"");
		eventually(() -> balance(customer).path("granted").asInt() == 10);
		// From here on every read of the table would wait; the beats go on.
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("LOCK TABLE allowance, meter IN ACCESS EXCLUSIVE MODE");
			long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
			while (System.nanoTime() < end) {
				assertThat(balance(customer).path("granted").asInt()).isEqualTo(10);
				pause(Duration.ofMillis(20));
			}
			connection.rollback();
		}
		catch (SQLException exception) {
			throw new IllegalStateException(exception);
		}
	}

	@Test
	void balancesWhenAtRandomThenAreThoseOfEveryUseOnItsOwn() {
		Random random = new Random(20_261_122);
		List<UsageEvent> sent = new ArrayList<>();
		for (CustomerId customer : this.customers) {
			for (int i = 0; i < 4; i++) {
				Instant start = now().minus(random.nextInt(40 * 24 * 60), ChronoUnit.MINUTES);
				String every = List.of("", "\"every\": \"day\",", "\"every\": \"week\", \"rollover_limit\": \"40\",",
						"\"every\": \"month\",").get(random.nextInt(4));
				allow(customer, "%s \"amount\": \"%d\", \"priority\": %d, \"starts_at\": \"%s\"".formatted(every,
						1 + random.nextInt(200), random.nextInt(3), start));
			}
			IntStream.range(0, 150)
					.mapToObj((i) -> event(customer, now().minusMillis(random.nextInt(Integer.MAX_VALUE)),
							String.valueOf(random.nextInt(1, 90) / 10.0)))
					.forEach(sent::add);
			sent.add(event(customer, now(), "1"));
		}
		send(sent);
		this.customers.forEach((customer) -> {
			eventually(() -> isThatOfEveryUse(customer, sent));
			List<UsageEvent> fewer = new ArrayList<>(sent);
			fewer.removeIf((event) -> event.quantity().equals(new BigDecimal("1"))
					&& event.customer().equals(customer.value()));
			assertThat(isThatOfEveryUse(customer, fewer)).as("without one of them").isFalse();
		});
	}

	private boolean isThatOfEveryUse(CustomerId customer, List<UsageEvent> events) {
		Instant now = now();
		List<Use> uses = events.stream()
				.filter((event) -> event.customer().equals(customer.value()))
				.map((event) -> new Use(event.timestamp(), event.quantity()))
				.toList();
		Balance balance = told(this.balances, customer);
		EventByEvent model = new EventByEvent(balance.shares().stream().map(Balance.Share::allowance).toList(), ZONE);
		Map<AllowanceId, BigDecimal> left = new TreeMap<>((one, other) -> one.value().compareTo(other.value()));
		balance.shares().forEach((share) -> left.put(share.allowance().id(), share.remaining().stripTrailingZeros()));
		return model.left(uses, now, Objects.requireNonNull(balance.start())).equals(left)
				&& (model.overage().compareTo(balance.overage()) == 0);
	}

	@Test
	void allowanceWhenGrantedThenIsTheOnlyThingThatItEverIs() {
		CustomerId customer = this.customers.getFirst();
		String id = allow(customer, "\"amount\": \"5.50\", \"overage\": \"soft\"");
		get("allowances/" + id);
		this.client.get()
				.uri("/api/v1/usage/allowances/" + id)
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("ETag", "\"1\"")
				.expectBody()
				.json("""
						{"status": "active", "amount": "5.50", "every": null, "priority": 100, "overage": "soft"}""");
		this.client.post()
				.uri("/api/v1/usage/allowances/" + id + "/end")
				.header("If-Match", "\"7\"")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.PRECONDITION_FAILED);
		post("/" + id + "/end", "").expectStatus().isOk().expectBody().json("{\"version\": 2, \"status\": \"ended\"}");
		post("/" + id + "/end", "").expectStatus().isOk().expectBody().json("{\"version\": 2}");
		post("/" + id + "/void", "").expectStatus().isOk().expectBody()
				.json("{\"version\": 3, \"status\": \"voided\"}");
		post("/" + id + "/end", "").expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("allowance_voided");
	}

	@Test
	void allowancesWhenThereAreManyThenAreListedPageByPageUpToTheLimit() {
		CustomerId customer = this.customers.getFirst();
		List<String> ids = new ArrayList<>();
		IntStream.range(0, 5).forEach((i) -> ids.addFirst(allow(customer, "\"amount\": " + (i + 1))));
		post("", body(customer, "\"amount\": 1")).expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("too_many_allowances");
		allow(this.customers.getLast(), "\"amount\": 1");
		List<String> listed = new ArrayList<>();
		JsonNode page = get("allowances?limit=2&include=total&customer=" + customer.text());
		assertThat(page.path("total").asInt()).isEqualTo(5);
		while (true) {
			page.path("data").forEach((row) -> listed.add(row.path("id").asString()));
			if (!page.path("has_more").asBoolean()) {
				break;
			}
			page = get("allowances?limit=2&customer=%s&cursor=%s".formatted(customer.text(),
					page.path("next_cursor").asString()));
		}
		assertThat(listed).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(get("allowances?meter=calls").path("data")).hasSize(6);
	}

	@Test
	void allowanceWhenItMakesNoSenseThenEveryProblemIsNamed() {
		CustomerId customer = this.customers.getFirst();
		assertThat(fields(post("", body(customer, """
				"amount": "0", "rollover_limit": "1", "starts_at": "2001-01-01T00:00:00Z",
				"expires_at": "2000-01-01T00:00:00Z\""""))))
				.containsExactlyInAnyOrder("amount", "rollover_limit", "starts_at", "expires_at");
		assertThat(fields(post("", body(customer, "\"amount\": \"1e3\"")))).containsExactly("amount");
		assertThat(fields(post("", body(customer, "\"amount\": 1").replace("calls", "none")))).containsExactly("meter");
		post("", body(new CustomerId(Ids.next()), "\"amount\": 1")).expectStatus().isNotFound();
		meter("largest", "max");
		post("", body(customer, "\"amount\": 1").replace("calls", "largest")).expectStatus()
				.isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("aggregation_without_allowance");
		this.client.get()
				.uri("/api/v1/usage/balance?meter=largest&customer=" + customer.text())
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		this.client.get()
				.uri("/api/v1/usage/balance?meter=none&customer=" + customer.text())
				.exchange()
				.expectStatus()
				.isBadRequest();
	}

	@Test
	void allowancesWhenOfAnotherTenantOrModeThenDoNotExist() {
		CustomerId customer = this.customers.getFirst();
		String id = allow(customer, "\"amount\": 1");
		Passport stranger = Passports.user(Passports.freshId("org"), "usage:read", "allowances:read",
				"allowances:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.anybody);
			for (String path : List.of("allowances/" + id, "balance?customer=" + customer.text(),
					"balance?meter=calls&customer=" + customer.text())) {
				theirs.get().uri("/api/v1/usage/" + path).exchange().expectStatus().isNotFound();
			}
			for (String action : List.of("/end", "/void")) {
				theirs.post().uri("/api/v1/usage/allowances/" + id + action).exchange().expectStatus().isNotFound();
			}
			theirs.get().uri("/api/v1/usage/allowances?include=total").exchange().expectBody().json("{\"total\": 0}");
		}
		this.passport.withScopes("allowances:read")
				.on(this.anybody)
				.post()
				.uri("/api/v1/usage/allowances/" + id + "/end")
				.exchange()
				.expectStatus()
				.isForbidden();
		assertThat(get("allowances/" + id).path("version").asInt()).isEqualTo(1);
	}

	private static List<String> fields(ResponseSpec answer) {
		List<String> fields = new ArrayList<>();
		Objects.requireNonNull(
				answer.expectStatus().isBadRequest().expectBody(JsonNode.class).returnResult().getResponseBody())
				.path("errors")
				.forEach((error) -> fields.add(error.path("field").asString()));
		return fields;
	}

	private Balance told(Balances balances, CustomerId customer) {
		Customer known = new Customer(customer, null, "Somebody", ZONE, false);
		return Objects.requireNonNull(balances.of(known, "calls").contextWrite(this.tenant.bind()).block(LIMIT))
				.getFirst()
				.balance();
	}

	private JsonNode balance(CustomerId customer) {
		return get("balance?meter=calls&customer=" + customer.text()).at("/data/0");
	}

	private BigDecimal summary(CustomerId customer) {
		return new BigDecimal(
				get("summary/" + customer.text() + "?metric=calls").at("/data/0/value").asString());
	}

	private Instant now() {
		return this.clock.instant();
	}

	private UsageEvent event(CustomerId customer, Instant timestamp, String quantity) {
		return new UsageEvent(this.tenant.organization(), true, customer.value(), "request",
				UUID.randomUUID().toString(), new BigDecimal(quantity), timestamp.truncatedTo(ChronoUnit.MICROS),
				Clock.systemUTC().instant().truncatedTo(ChronoUnit.MICROS), Map.of());
	}

	private void send(List<UsageEvent> events) {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(), "acks", "all"),
				new StringSerializer(), new ByteArraySerializer())) {
			events.forEach((event) -> {
				int shard = Objects.requireNonNull(
						this.shards.of(event.organization(), event.customer()).block(LIMIT)).number();
				producer.send(new ProducerRecord<>(UsageTopics.ofShard(shard), UsageTopics.keyOf(event),
						UsageEventFormat.write(event)));
			});
			producer.flush();
		}
	}

	private String meter(String slug, String aggregation) {
		return Objects.requireNonNull(this.client.post()
				.uri("/api/v1/meters")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("""
						{"slug": "%s", "name": "Calls", "event_name": "request", "aggregation": "%s"}"""
						.formatted(slug, aggregation))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()).path("id").asString();
	}

	private static String body(CustomerId customer, String terms) {
		return "{\"customer\": \"%s\", \"meter\": \"calls\", %s}".formatted(customer.text(), terms);
	}

	private String allow(CustomerId customer, String terms) {
		return Objects.requireNonNull(post("", body(customer, terms)).expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()).path("id").asString();
	}

	private ResponseSpec post(String path, String body) {
		return this.client.post()
				.uri("/api/v1/usage/allowances" + path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private JsonNode get(String path) {
		return Objects.requireNonNull(this.client.get()
				.uri("/api/v1/usage/" + path)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody());
	}

	private void run(String sql) {
		TestShards.run(this.database, this.transaction, this.tenant, sql);
	}

	/// The service's own database, as an administrator.
	private Connection connect() throws SQLException {
		String name = Objects.requireNonNull(this.database.sql("SELECT current_database()")
				.mapValue(String.class)
				.one()
				.as(this.transaction::transactional)
				.contextWrite(this.tenant.bind())
				.block(LIMIT));
		return DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(name), "postgres",
				EmbeddedServers.PASSWORD);
	}

	private void killListeners() {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute("""
					SELECT pg_terminate_backend(pid) FROM pg_stat_activity
					WHERE query LIKE 'LISTEN usage_changed%' OR query LIKE 'NOTIFY usage_changed%'""");
		}
		catch (SQLException exception) {
			throw new IllegalStateException(exception);
		}
	}

	private static void pause(Duration length) {
		Mono.delay(length).block(LIMIT);
	}

	/// A clock that can be advanced.
	static final class ShiftedClock extends Clock {

		private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

		@Override
		public Instant instant() {
			return Clock.systemUTC().instant().plus(this.ahead.get());
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return Clock.offset(Clock.system(zone), this.ahead.get());
		}

	}

}
