package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.transaction.reactive.TransactionalOperator;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.TestShards;
import io.billwright.analytics.counting.Hours;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.PropertiesFormat;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static io.billwright.analytics.correction.Metered.body;
import static org.assertj.core.api.Assertions.assertThat;

/// An organization on two shards; hours end when the test says so.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=50ms",
	"billwright.usage.counting.compaction-interval=1d", "billwright.usage.counting.measure-interval=100ms",
	"billwright.usage.counting.backfill-events=40", "billwright.usage.corrections.backfill-events=300",
	"billwright.usage.corrections.drafts=3"})
class BackfillTests {

	private static final String BACKFILLS = "/api/v1/usage/backfills";

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
		this.metered = new Metered(20_261_123, this.client, this.shards);
		run("INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '{0,1}')"
				.formatted(this.metered.tenant.organization()));
		this.metered.customers.forEach((customer) -> run("""
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())""".formatted(new CustomerId(customer).text())));
	}

	private void run(String sql) {
		TestShards.run(this.database, this.transaction, this.metered.tenant, sql);
	}

	/// What counts, and what is remembered of each backfill, in plain maps by key.
	private final class Model {

		private final Map<String, UsageEvent> active = new TreeMap<>();

		private final Map<String, UsageEvent> voided = new TreeMap<>();

		private final List<Applied> applied = new ArrayList<>();

		void apply(String id, UUID customer, Instant start, Instant end, List<UsageEvent> given) {
			Set<String> touched = given.stream().map(UsageEvent::key).collect(Collectors.toCollection(HashSet::new));
			this.active.values().stream().filter((event) -> isIn(event, customer, start, end)).map(UsageEvent::key)
					.forEach(touched::add);
			Map<String, @Nullable UsageEvent> activeBefore = new HashMap<>();
			Map<String, @Nullable UsageEvent> voidedBefore = new HashMap<>();
			touched.forEach((key) -> {
				activeBefore.put(key, this.active.get(key));
				voidedBefore.put(key, this.voided.get(key));
			});
			touched.forEach((key) -> {
				if (this.active.containsKey(key)) {
					this.voided.put(key, this.active.remove(key));
				}
			});
			given.forEach((event) -> {
				this.voided.remove(event.key());
				this.active.put(event.key(), event);
			});
			this.applied.add(new Applied(id, customer, start, end, activeBefore, voidedBefore));
		}

		boolean isRevertible(Applied backfill) {
			return this.applied.subList(this.applied.indexOf(backfill) + 1, this.applied.size())
					.stream()
					.noneMatch((later) -> later.customer().equals(backfill.customer())
							&& ((later.start().isBefore(backfill.end()) && backfill.start().isBefore(later.end()))
									|| later.activeBefore().keySet().stream().anyMatch(
											backfill.activeBefore()::containsKey)));
		}

		void revert(Applied backfill) {
			this.applied.remove(backfill);
			restore(backfill.activeBefore(), this.active);
			restore(backfill.voidedBefore(), this.voided);
		}

		private static void restore(Map<String, @Nullable UsageEvent> before, Map<String, UsageEvent> events) {
			before.forEach((key, event) -> {
				if (event != null) {
					events.put(key, event);
				}
				else {
					events.remove(key);
				}
			});
		}

		private record Applied(String id, UUID customer, Instant start, Instant end,
				Map<String, @Nullable UsageEvent> activeBefore, Map<String, @Nullable UsageEvent> voidedBefore) {}

	}

	private static boolean isIn(UsageEvent event, UUID customer, Instant start, Instant end) {
		return event.customer().equals(customer) && !event.timestamp().isBefore(start)
				&& event.timestamp().isBefore(end);
	}

	@Test
	void figuresWhenAllKindsOfCorrectionsAreMadeAtRandomThenEqualARecountOfAPlainModel() {
		Stream.of(Aggregation.values()).forEach(this.metered::meter);
		Model model = new Model();
		send(model, "first", 240);
		int reverted = 0;
		for (int round = 0; round < 60; round++) {
			switch (this.metered.random(6)) {
				case 0 -> {
					UsageEvent event = this.metered.pick(List.copyOf(model.active.values()));
					this.metered.voidEvent(event);
					model.voided.put(event.key(), model.active.remove(event.key()));
				}
				case 1, 2 -> {
					UsageEvent event = this.metered.pick(List.copyOf(model.active.values()));
					model.active.put(event.key(), this.metered.amend(event));
				}
				case 3, 4 -> backfill(model, round);
				default -> {
					if (!model.applied.isEmpty()) {
						Model.Applied one = this.metered.pick(model.applied);
						if (!model.isRevertible(one)) {
							post(one.id() + "/revert").expectStatus().isEqualTo(409);
							one = model.applied.getLast();
						}
						revert(model, one);
						reverted++;
					}
				}
			}
			if (round == 20) {
				this.shards.all().forEach((shard) -> Hours.finish(shard, this.metered.now.plus(Duration.ofHours(3))));
				send(model, "more", 60);
			}
			if (round % 20 == 19) {
				this.metered.verify(model.active.values(), Map.of());
				this.metered.verifyRollups();
			}
		}
		assertThat(reverted).isPositive();
		assertThat(model.applied).isNotEmpty();
		while (!model.applied.isEmpty()) {
			revert(model, model.applied.getLast());
		}
		this.metered.verify(model.active.values(), Map.of());
		this.metered.verifyRollups();
	}

	private void revert(Model model, Model.Applied backfill) {
		post(backfill.id() + "/revert").expectStatus().isOk();
		model.revert(backfill);
	}

	private void send(Model model, String name, int count) {
		List<UsageEvent> events = IntStream.range(0, count).mapToObj((at) -> this.metered.event(name + "-" + at))
				.toList();
		this.metered.send(events);
		events.forEach((event) -> model.active.put(event.key(), event));
		eventually(() -> this.shards.all().stream().mapToLong((shard) -> Metered.number(shard,
				"SELECT count(*) FROM usage_event WHERE key LIKE '%s-%%' AND organization_id = '%s'".formatted(name,
						this.metered.tenant.organization())))
				.sum() == count);
	}

	/// Of some hours, with keys that it replaces, keys that are voided and keys that are new.
	private void backfill(Model model, int round) {
		UUID customer = this.metered.pick(this.metered.customers);
		Instant start = this.metered.now.minusSeconds(60L * (60 + this.metered.random(240)));
		Instant end = start.plusSeconds(60L * (10 + this.metered.random(180))).plusMillis(this.metered.random(1_000));
		Instant last = end.isBefore(this.metered.now) ? end : this.metered.now;
		List<String> keys = new ArrayList<>(Stream.concat(model.active.values().stream()
				.filter((event) -> isIn(event, customer, start, end)),
				model.voided.values().stream().filter((event) -> event.customer().equals(customer)))
				.map(UsageEvent::key)
				.filter((key) -> this.metered.random(2) == 0)
				.toList());
		IntStream.range(0, this.metered.random(20)).forEach((at) -> keys.add("backfill-" + round + "-" + at));
		List<UsageEvent> given = keys.stream()
				.map((key) -> new UsageEvent(this.metered.tenant.organization(), true, customer, "request", key,
						BigDecimal.ONE, between(start, last), this.metered.now, this.metered.properties()))
				.toList();
		String id = draft(customer, start, end);
		for (int from = 0; from < given.size(); from += 7) {
			put(id, given.subList(from, Math.min(from + 7, given.size()))).expectStatus().isOk();
		}
		JsonNode preview = this.metered.get(BACKFILLS + "/" + id + "/preview");
		assertThat(preview.path("taken_keys").asLong()).isZero();
		assertThat(preview.path("replaced_events").asLong()).isEqualTo(
				model.active.values().stream().filter((event) -> isIn(event, customer, start, end)).count());
		compare(preview, customer, start, end, "before");
		post(id + "/apply").expectStatus().isOk();
		compare(preview, customer, start, end, "after");
		model.apply(id, customer, start, end, given);
	}

	private Instant between(Instant start, Instant end) {
		return start.plusMillis(this.metered.random((int) Duration.between(start, end).toMillis()));
	}

	/// What the preview tells is what a summary tells.
	private void compare(JsonNode preview, UUID customer, Instant start, Instant end, String when) {
		JsonNode summary = this.metered.get("/api/v1/usage/summary/%s?start_date=%s&end_date=%s"
				.formatted(new CustomerId(customer), start, end));
		assertThat(preview.path("data").valueStream()
				.map((row) -> row.path("metric").asString() + row.path(when) + row.path("events_" + when)))
				.containsExactlyElementsOf(summary.path("data")
						.valueStream()
						.map((row) -> row.path("metric").asString() + row.path("value") + row.path("events"))
						.toList());
	}

	private String draft(UUID customer, Instant start, Instant end) {
		return body(this.metered.post(BACKFILLS, """
				{"customer": "%s", "metric": "request", "start_date": "%s", "end_date": "%s", "reason": "Lost a log"}"""
				.formatted(new CustomerId(customer), start, end)).expectStatus().isCreated()).path("id").asString();
	}

	private ResponseSpec put(String id, List<UsageEvent> events) {
		return this.metered.post(BACKFILLS + "/" + id + "/events",
				events.stream().map(BackfillTests::line).collect(Collectors.joining(",", "[", "]")));
	}

	private static String line(UsageEvent event) {
		return "{\"idempotency_key\":\"%s\",\"customer\":\"%s\",\"metric\":\"%s\",\"timestamp\":\"%s\",\"properties\":%s}"
				.formatted(event.key(), new CustomerId(event.customer()), event.metric(), event.timestamp(),
						PropertiesFormat.toText(event.properties()));
	}

	private ResponseSpec post(String path) {
		return this.metered.post(BACKFILLS + "/" + path, "");
	}

	private UsageEvent past(String key, UUID customer) {
		return new UsageEvent(this.metered.tenant.organization(), true, customer, "request", key, BigDecimal.ONE,
				this.metered.now.minusSeconds(3_000), this.metered.now, this.metered.properties());
	}

	@Test
	void backfillWhenItsConnectionIsKilledInTheMiddleThenNothingHasChanged() throws Exception {
		this.metered.meter(Aggregation.UNIQUE_COUNT);
		UUID customer = this.metered.customers.getFirst();
		UsageEvent event = past("k", customer);
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		String id = draft(customer, this.metered.now.minusSeconds(7_200), this.metered.now);
		UsageEvent other = past("new", customer);
		put(id, List.of(other)).expectStatus().isOk();
		Shard shard = this.metered.shardOf(customer);
		String url = EmbeddedServers.postgres().jdbcUrl(SHARDS.get(shard.number()));
		try (ExecutorService worker = Executors.newSingleThreadExecutor();
				Connection admin = DriverManager.getConnection(url, "postgres", EmbeddedServers.PASSWORD);
				Statement statement = admin.createStatement()) {
			admin.setAutoCommit(false);
			statement.execute("LOCK TABLE usage_minute IN ACCESS EXCLUSIVE MODE");
			CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
					() -> post(id + "/apply").returnResult(Void.class).getStatus().value(), worker);
			eventually(() -> kills(url));
			assertThat(status.get(60, TimeUnit.SECONDS)).isEqualTo(503);
			admin.rollback();
		}
		assertThat(this.metered.get(BACKFILLS + "/" + id).path("status").asString()).isEqualTo("draft");
		this.metered.verify(List.of(event), Map.of());
		post(id + "/apply").expectStatus().isOk();
		this.metered.verify(List.of(other), Map.of());
	}

	private static boolean kills(String url) {
		try (Connection admin = DriverManager.getConnection(url, "postgres", EmbeddedServers.PASSWORD);
				Statement statement = admin.createStatement();
				java.sql.ResultSet result = statement.executeQuery("""
						SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()
							AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM usage_minute%'""")) {
			result.next();
			return result.getLong(1) > 0;
		}
		catch (java.sql.SQLException exception) {
			throw new IllegalStateException(exception);
		}
	}

	@Test
	void backfillWhenItCannotBeThenSaysWhyAndChangesNothing() {
		UUID customer = this.metered.customers.getFirst();
		UsageEvent outside = past("outside", customer);
		this.metered.send(List.of(outside));
		this.metered.awaitKeys(1);
		Instant start = this.metered.now.minusSeconds(2_000);
		String id = draft(customer, start, this.metered.now);
		UsageEvent good = at(past("good", customer), start);
		assertFields(put(id, List.of(good, at(good, start.minusMillis(1)))), "[1].idempotency_key");
		assertFields(put(id, List.of(good, at(past("early", customer), start.minusMillis(1)),
				at(past("other", this.metered.customers.getLast()), start))), "[1]", "[2].customer");
		assertThat(this.metered.get(BACKFILLS + "/" + id).path("events").asLong()).isZero();
		put(id, List.of(good)).expectStatus().isOk();
		// The same key once more takes its place.
		assertThat(body(put(id, List.of(at(good, start.plusMillis(1)))).expectStatus().isOk()).path("events").asLong())
				.isOne();
		assertThat(this.metered.get(BACKFILLS + "/" + id).path("status").asString()).isEqualTo("draft");
		post(id + "/revert").expectStatus().isEqualTo(409);

		String taking = draft(customer, start, this.metered.now);
		put(taking, List.of(at(outside, start))).expectStatus().isOk();
		assertThat(this.metered.get(BACKFILLS + "/" + taking + "/preview").path("taken_keys").asLong()).isOne();
		assertProblem(post(taking + "/apply"), "usage_keys_taken");

		draft(customer, start, this.metered.now);
		assertProblem(this.metered.post(BACKFILLS, """
				{"customer": "%s", "start_date": "2026-11-01", "end_date": "2026-11-01", "reason": "One more"}"""
				.formatted(new CustomerId(customer))), "too_many_backfills");
		delete(taking).expectStatus().isNoContent();
		delete(taking).expectStatus().isNotFound();

		List<UsageEvent> many = IntStream.range(0, 301).mapToObj((at) -> at(past("many-" + at, customer), start))
				.toList();
		assertProblem(put(id, many), "backfill_too_large");
		JsonNode applied = body(post(id + "/apply").expectStatus().isOk());
		assertThat(applied.path("status").asString()).isEqualTo("applied");
		assertThat(body(post(id + "/apply").expectStatus().isOk())).isEqualTo(applied);
		assertProblem(put(id, List.of(good)), "backfill_wrong_status");
		assertProblem(delete(id), "backfill_wrong_status");
		JsonNode reverted = body(post(id + "/revert").expectStatus().isOk());
		assertThat(body(post(id + "/revert").expectStatus().isOk())).isEqualTo(reverted);
		assertProblem(post(id + "/apply"), "backfill_wrong_status");
		assertThat(this.metered.get(BACKFILLS + "?customer=" + new CustomerId(customer)).path("data").valueStream()
				.map((backfill) -> backfill.path("status").asString())).containsExactly("draft", "reverted");
		assertThat(this.metered.get("%s?customer=%s&idempotency_key=good"
				.formatted(Metered.CORRECTIONS, new CustomerId(customer))).path("data").valueStream()
				.map((correction) -> correction.path("type").asString())).containsExactly("revert", "backfill");
	}

	private static UsageEvent at(UsageEvent event, Instant timestamp) {
		return new UsageEvent(event.organization(), event.live(), event.customer(), event.metric(), event.key(),
				event.quantity(), timestamp, event.acceptedAt(), event.properties());
	}

	private ResponseSpec delete(String id) {
		return this.metered.passport.on(this.client).delete().uri(BACKFILLS + "/" + id).exchange();
	}

	private static void assertProblem(ResponseSpec answer, String code) {
		assertThat(body(answer.expectStatus().isEqualTo(409)).path("code").asString()).isEqualTo(code);
	}

	private static void assertFields(ResponseSpec answer, String... fields) {
		assertThat(body(answer.expectStatus().isBadRequest()).path("errors").valueStream()
				.map((error) -> error.path("field").asString())).containsExactly(fields);
	}

	@Test
	void revertWhenALaterBackfillStandsOnItThenIsRefused() {
		this.metered.meter(Aggregation.MAX);
		UUID customer = this.metered.customers.getFirst();
		UsageEvent event = past("k", customer);
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		String first = applied(customer, List.of(past("first", customer)));
		UsageEvent other = past("second", customer);
		String second = applied(customer, List.of(other));
		this.metered.verify(List.of(other), Map.of());

		assertProblem(post(first + "/revert"), "backfill_superseded");

		this.metered.verify(List.of(other), Map.of());
		post(second + "/revert").expectStatus().isOk();
		post(first + "/revert").expectStatus().isOk();
		this.metered.verify(List.of(event), Map.of());
	}

	private String applied(UUID customer, List<UsageEvent> events) {
		String id = draft(customer, this.metered.now.minusSeconds(7_200), this.metered.now);
		put(id, events).expectStatus().isOk();
		post(id + "/apply").expectStatus().isOk();
		return id;
	}

	@Test
	void backfillWhenOfAnotherTenantOrModeThenDoesNotExist() {
		UUID customer = this.metered.customers.getFirst();
		String id = draft(customer, this.metered.now.minusSeconds(2_000), this.metered.now);
		Passport stranger = Passports.user(Passports.freshId("org"), "usage:read", "usage:write");
		for (Passport other : List.of(stranger, this.metered.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.client);
			Stream.of("/" + id, "/" + id + "/preview", "?customer=" + new CustomerId(customer))
					.forEach((path) -> theirs.get().uri(BACKFILLS + path).exchange().expectStatus().isNotFound());
			Stream.of("/apply", "/revert")
					.forEach((action) -> theirs.post().uri(BACKFILLS + "/" + id + action).exchange().expectStatus()
							.isNotFound());
			theirs.method(HttpMethod.DELETE).uri(BACKFILLS + "/" + id).exchange().expectStatus().isNotFound();
			theirs.post()
					.uri(BACKFILLS + "/" + id + "/events")
					.contentType(MediaType.parseMediaType("application/x-ndjson"))
					.bodyValue(line(past("k", customer)))
					.exchange()
					.expectStatus()
					.isNotFound();
		}
		assertThat(this.metered.get(BACKFILLS + "/" + id).path("status").asString()).isEqualTo("draft");
	}

}
