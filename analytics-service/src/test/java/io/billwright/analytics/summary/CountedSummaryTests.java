package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
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
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/// The whole way: events on the topics of two shards, between which an organization is spread, until they show in answers.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=100ms",
	"billwright.usage.counting.compaction-interval=300ms", "billwright.usage.counting.measure-interval=200ms",
	"billwright.usage.counting.backfill-events=70"})
class CountedSummaryTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase());

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final Passport passport = Passports.user(new OrganizationId(this.tenant.organization()).text(),
			"usage:read",
			"meters:read", "meters:write");

	/// The first request may come while the shards are given their tables.
	private final WebTestClient patient;

	private final List<UUID> customers = Stream.generate(UUID::randomUUID).limit(6).toList();

	private final Random random = new Random(4);

	private final Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MICROS);

	@Autowired
	private Shards shards;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	CountedSummaryTests(@Autowired WebTestClient client) {
		this.patient = this.passport.on(client.mutate().responseTimeout(LIMIT).build());
	}

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
	}

	@BeforeEach
	void beSpread() {
		run("INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '{0,1}')"
				.formatted(this.tenant.organization()));
		this.customers.forEach((customer) -> run("""
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())""".formatted(new CustomerId(customer).text())));
	}

	@Test
	void figuresWhenMetersComeBeforeAndAfterTheirEventsThenAreTheSame() {
		String early = meter("early", "sum");
		List<UsageEvent> events = Stream.generate(this::event).limit(1_000).toList();
		send(events);
		eventually(() -> isRecounted("early", Aggregation.SUM, events));
		String late = meter("late", "average");
		eventually(() -> isRecounted("late", Aggregation.AVERAGE, events));
		change(early, "{\"aggregation\": \"weighted_sum\"}");
		eventually(() -> isRecounted("early", Aggregation.WEIGHTED_SUM, events));
		JsonNode answer = get("series?metric=early,late&" + range());
		assertThat(Instant.parse(answer.path("as_of").asString())).isBetween(this.now.minusSeconds(1),
				Instant.now(Clock.systemUTC()));
		assertThat(get("customers/top?metric=late&" + range()).path("data")).hasSize(this.customers.size());
		archive(late);
		List<UsageEvent> all = Stream.concat(events.stream(), Stream.generate(this::event).limit(100)).toList();
		send(all.subList(events.size(), all.size()));
		eventually(() -> isRecounted("early", Aggregation.WEIGHTED_SUM, all));
		assertThat(isRecounted("late", Aggregation.AVERAGE, events)).isTrue();
	}

	/// Whether all customers together and each of them have what a recount has, and it is told to be all.
	private boolean isRecounted(String slug, Aggregation aggregation, List<UsageEvent> events) {
		JsonNode all = get("series?granularity=month&metric=" + slug + "&" + range());
		boolean each = this.customers.stream().allMatch((customer) -> {
			List<UsageEvent> own = events.stream().filter((event) -> event.customer().equals(customer)).toList();
			return isRecounted(get("summary/" + new CustomerId(customer).text() + "?metric=" + slug + "&" + range()),
					aggregation, own);
		});
		return each && isRecounted(all, aggregation, events);
	}

	private boolean isRecounted(JsonNode answer, Aggregation aggregation, List<UsageEvent> events) {
		@Nullable
		BigDecimal expected = new Recounted("request", aggregation, null, null).of(events,
				Instant.parse(answer.path("start").asString()), Instant.parse(answer.path("end").asString()), null);
		String told = answer.at("/data/0/value").asString("");
		return answer.path("complete").asBoolean() && (expected != null) && !told.isEmpty()
				&& (new BigDecimal(told).compareTo(expected) == 0);
	}

	private String range() {
		return "start_date=%s&end_date=%s".formatted(this.now.minus(34, ChronoUnit.DAYS).truncatedTo(ChronoUnit.DAYS),
				this.now.plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.DAYS));
	}

	private UsageEvent event() {
		Instant timestamp = this.now.minusMillis(this.random.nextLong(Duration.ofDays(33).toMillis()));
		return new UsageEvent(this.tenant.organization(), true,
				this.customers.get(this.random.nextInt(this.customers.size())), "request", UUID.randomUUID().toString(),
				new BigDecimal(this.random.nextInt(10_000)).movePointLeft(3), timestamp, this.now, Map.of());
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
		return Objects.requireNonNull(this.patient
				.post()
				.uri("/api/v1/meters")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("""
						{"slug": "%s", "name": "Requests", "event_name": "request", "aggregation": "%s"}"""
						.formatted(slug, aggregation))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()).path("id").asString();
	}

	private void change(String id, String patch) {
		this.patient
				.patch()
				.uri("/api/v1/meters/" + id)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(patch)
				.exchange()
				.expectStatus()
				.isOk();
	}

	private void archive(String id) {
		this.patient.post().uri("/api/v1/meters/" + id + "/archive").exchange().expectStatus().isOk();
	}

	private JsonNode get(String path) {
		return Objects.requireNonNull(this.patient
				.get()
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

}
