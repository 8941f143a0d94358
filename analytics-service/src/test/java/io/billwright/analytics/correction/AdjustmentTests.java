package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static io.billwright.analytics.correction.Metered.body;
import static org.assertj.core.api.Assertions.assertThat;

/// Periods are closed, and their usage goes on being corrected.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=50ms",
	"billwright.usage.counting.measure-interval=100ms"})
class AdjustmentTests {

	private static final String CLOSINGS = "/api/v1/usage/closings";

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

	private UUID customer;

	private Instant start;

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
	}

	@BeforeEach
	void beMetered() {
		this.metered = new Metered(20_261_124, this.client, this.shards);
		this.customer = this.metered.customers.getFirst();
		this.start = this.metered.now.minusSeconds(3_600);
		run("INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '{0,1}')"
				.formatted(this.metered.tenant.organization()));
		run("""
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())"""
				.formatted(new CustomerId(this.customer).text()));
		this.metered.meter(Aggregation.SUM);
		this.metered.meter(Aggregation.MAX);
	}

	private void run(String sql) {
		TestShards.run(this.database, this.transaction, this.metered.tenant, sql);
	}

	private UsageEvent event(String key, String size, Instant timestamp) {
		return new UsageEvent(this.metered.tenant.organization(), true, this.customer, "request", key, BigDecimal.ONE,
				timestamp, this.metered.now, Map.of("size", new BigDecimal(size)));
	}

	private JsonNode close() {
		String path = "/api/v1/usage/summary/" + new CustomerId(this.customer);
		eventually(() -> this.metered.get(path).path("complete").asBoolean());
		return body(this.metered.post(CLOSINGS, """
				{"customer": "%s", "start_date": "%s", "end_date": "%s"}""".formatted(new CustomerId(this.customer),
				this.start, this.metered.now)).expectStatus().isCreated());
	}

	private JsonNode adjustments() {
		return this.metered.get("/api/v1/usage/adjustments?customer=" + new CustomerId(this.customer)).path("data");
	}

	private static String figures(JsonNode closing) {
		StringBuilder figures = new StringBuilder();
		closing.path("figures").forEach((figure) -> figures.append(figure.path("metric").asString())
				.append(' ').append(text(figure.path("closed")))
				.append(' ').append(text(figure.path("billed")))
				.append(' ').append(text(figure.path("current")))
				.append(' ').append(text(figure.path("difference")))
				.append('\n'));
		return figures.toString().lines().sorted().toList().toString();
	}

	private static String text(JsonNode value) {
		return value.isNull() ? "-" : value.asString();
	}

	@Test
	void adjustmentsWhenUsageOfAClosedPeriodChangesThenAreToldUntilTheyAreSettled() {
		UsageEvent first = event("first", "10.5", this.start);
		this.metered.send(List.of(first, event("second", "2", this.start.plusSeconds(7)),
				event("after", "99", this.metered.now)));
		this.metered.awaitKeys(3);
		JsonNode closing = close();
		String path = CLOSINGS + "/" + closing.path("id").asString();
		assertThat(figures(closing)).isEqualTo("[max 10.5 10.5 10.5 0, sum 12.5 12.5 12.5 0]");
		assertThat(adjustments().at("/0/figures")).isEmpty();

		this.metered.send(List.of(event("late", "1.25", this.start.plusSeconds(9))));
		this.metered.awaitKeys(4);
		assertThat(figures(adjustments().get(0))).isEqualTo("[sum 12.5 12.5 13.75 1.25]");
		assertThat(body(settle(path, "\"sum\": \"13.76\"").expectStatus().isEqualTo(409)).path("code").asString())
				.isEqualTo("figure_changed");
		assertThat(figures(body(settle(path, "\"sum\": \"13.75\"").expectStatus().isOk())))
				.isEqualTo("[max 10.5 10.5 10.5 0, sum 12.5 13.75 13.75 0]");
		assertThat(adjustments().at("/0/figures")).isEmpty();

		this.metered.voidEvent(first);
		assertThat(figures(adjustments().get(0))).isEqualTo("[max 10.5 10.5 2 -8.5, sum 12.5 13.75 3.25 -10.5]");
		assertThat(figures(this.metered.get(path))).isEqualTo(figures(adjustments().get(0)));

		String backfill = body(this.metered.post("/api/v1/usage/backfills", """
				{"customer": "%s", "start_date": "%s", "end_date": "%s", "reason": "None of it was"}"""
				.formatted(new CustomerId(this.customer), this.start, this.metered.now)).expectStatus().isCreated())
				.path("id").asString();
		this.metered.post("/api/v1/usage/backfills/" + backfill + "/apply", "").expectStatus().isOk();
		assertThat(figures(adjustments().get(0))).isEqualTo("[max 10.5 10.5 - -10.5, sum 12.5 13.75 0 -13.75]");
		settle(path, "\"sum\": 0, \"max\": 0").expectStatus().isOk();
		assertThat(adjustments().at("/0/figures")).isEmpty();
		this.metered.post("/api/v1/usage/backfills/" + backfill + "/revert", "").expectStatus().isOk();
		assertThat(figures(adjustments().get(0))).isEqualTo("[max 10.5 - 2 2, sum 12.5 0 3.25 3.25]");
	}

	private WebTestClient.ResponseSpec settle(String path, String figures) {
		return this.metered.post(path + "/settle", "{\"figures\": {%s}}".formatted(figures));
	}

	@Test
	void closingWhenItCannotBeThenSaysWhy() {
		JsonNode closing = close();
		assertThat(figures(closing)).isEqualTo("[max - - - 0, sum 0 0 0 0]");
		assertThat(body(this.metered.post(CLOSINGS, """
				{"customer": "%s", "start_date": "%s", "end_date": "%s", "meters": ["sum"]}"""
				.formatted(new CustomerId(this.customer), this.start.minusSeconds(60), this.start.plusSeconds(1)))
				.expectStatus()
				.isEqualTo(409)).path("code").asString()).isEqualTo("period_closed");
		settle(CLOSINGS + "/" + closing.path("id").asString(), "\"other\": 1").expectStatus().isBadRequest();

		// What a meter counts by another definition cannot be compared.
		this.metered.patch("/api/v1/meters/" + this.metered.meterId(Aggregation.SUM),
				"{\"value_property\": \"weight\"}");
		assertThat(figures(adjustments().get(0))).isEqualTo("[sum 0 0 - -]");
		settle(CLOSINGS + "/" + closing.path("id").asString(), "\"sum\": 0").expectStatus().isEqualTo(409);
	}

	@Test
	void closingsWhenOfAnotherTenantOrModeThenDoNotExist() {
		String path = CLOSINGS + "/" + close().path("id").asString();
		Passport stranger = Passports.user(Passports.freshId("org"), "usage:read", "usage:write");
		for (Passport other : List.of(stranger, this.metered.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.client);
			theirs.get().uri(path).exchange().expectStatus().isNotFound();
			theirs.get()
					.uri("/api/v1/usage/adjustments?customer=" + new CustomerId(this.customer))
					.exchange()
					.expectStatus()
					.isNotFound();
			theirs.post()
					.uri(path + "/settle")
					.bodyValue(Map.of("figures", Map.of("sum", 0)))
					.exchange()
					.expectStatus()
					.isNotFound();
			theirs.post()
					.uri(CLOSINGS)
					.bodyValue(Map.of("customer", new CustomerId(this.customer).text(), "start_date",
							"2026-11-01", "end_date", "2026-11-01"))
					.exchange()
					.expectStatus()
					.isNotFound();
		}
	}

}
