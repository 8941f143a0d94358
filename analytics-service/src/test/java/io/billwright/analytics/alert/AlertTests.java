package io.billwright.analytics.alert;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
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
import io.billwright.analytics.counting.TouchedCustomers;
import io.billwright.analytics.counting.TouchedCustomers.Touched;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.contracts.Topics;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/// The whole way: events on the topics of two shards, between which an organization is spread, until levels are told of.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=100ms",
	"billwright.usage.counting.measure-interval=200ms", "billwright.usage.alerts.interval=100ms",
	"billwright.usage.alerts.lease=500ms", "billwright.usage.alerts.limit=3"})
class AlertTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase());

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final Passport passport = Passports.user(new OrganizationId(this.tenant.organization()).text(),
			"usage:read", "meters:read", "meters:write", "allowances:write");

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
	private Watch watch;

	@Autowired
	private LookAtFigures look;

	@Autowired
	private TouchedCustomers touched;

	@Autowired
	private AlertSettings settings;

	private String meter = "";

	AlertTests(@Autowired WebTestClient client) {
		this.anybody = client.mutate().responseTimeout(LIMIT).build();
		this.client = this.passport.on(this.anybody);
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
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())""".formatted(customer.text())));
		this.meter = meter("calls", "sum");
	}

	@Test
	void levelWhenReachedByAnyCustomerThenIsToldOnceForEach() {
		String id = alert("\"levels\": [\"10\", \"25.5\"]");
		// Each twice, as by a client that has got no answer.
		List<UsageEvent> events = this.customers.stream()
				.flatMap((customer) -> IntStream.range(0, 9).mapToObj((i) -> event(customer, now(), "1")))
				.toList();
		send(events);
		send(events);
		settle();
		assertThat(told(id)).isEmpty();

		this.customers.subList(0, 3).forEach((customer) -> send(List.of(event(customer, now(), "1"))));
		eventually(() -> told(id).size() == 3);
		send(List.of(event(this.customers.getFirst(), now(), "15.4")));
		settle();
		assertThat(told(id)).hasSize(3);
		send(List.of(event(this.customers.getFirst(), now(), "0.1"), event(this.customers.getFirst(), now(), "99")));
		eventually(() -> told(id).size() == 4);
		send(List.of(event(this.customers.getFirst(), now(), "1000")));
		settle();
		assertThat(told(id)).hasSize(4);
		JsonNode newest = get("alerts/" + id + "/events?limit=1&include=total");
		assertThat(newest.path("total").asInt()).isEqualTo(4);
		assertThat(newest.at("/data/0/level").asString()).isEqualTo("25.5");
		assertThat(newest.at("/data/0/customer_id").asString()).isEqualTo(this.customers.getFirst().text());
		assertThat(published(id)).containsExactlyInAnyOrderElementsOf(told(id));
	}

	/// Whoever dies may have looked and told, or not: somebody looks again, and it is told once.
	@Test
	void levelWhenWhoLooksDiesThenIsToldOnceAllTheSame() {
		String id = alert("\"levels\": [\"5\"]");
		this.watch.stop();
		try {
			this.customers.forEach((customer) -> send(List.of(event(customer, now(), "5"))));
			List<Touched> claimed = new ArrayList<>();
			eventually(() -> {
				this.shards.all().forEach((shard) -> claimed.addAll(claim(shard)));
				return claimed.stream().map(Touched::customer).distinct().count() == this.customers.size();
			});
			// Two are told, none is done.
			claimed.stream()
					.filter((one) -> one.customer().equals(this.customers.getFirst().value())
							|| one.customer().equals(this.customers.get(1).value()))
					.forEach((one) -> this.look.of(one).block(LIMIT));
			assertThat(told(id)).hasSize(2);
		}
		finally {
			this.watch.start();
		}
		eventually(() -> told(id).size() == this.customers.size());
		settle();
		assertThat(told(id)).hasSize(this.customers.size());
		assertThat(published(id)).hasSize(this.customers.size());
	}

	/// What was noted after somebody else was done is not what the slow one looked at.
	@Test
	void lookWhenSlowerThanItsLeaseThenTakesNothingAway() {
		String id = alert("\"levels\": [\"5\"]");
		CustomerId customer = this.customers.getFirst();
		this.watch.stop();
		try {
			send(List.of(event(customer, now(), "1")));
			List<Touched> slow = claimed(customer);
			done(claimed(customer));
			eventually(() -> this.shards.all().stream().allMatch((shard) -> untouched(shard)));
			send(List.of(event(customer, now(), "5")));
			eventually(() -> !this.shards.all().stream().allMatch((shard) -> untouched(shard)));
			done(slow);
		}
		finally {
			this.watch.start();
		}
		eventually(() -> told(id).size() == 1);
	}

	@Test
	void levelWhenTwoInstancesLookThenIsToldOnce() {
		Watch other = new Watch(this.shards, this.touched, this.look,
				new AlertSettings(100, Duration.ofMillis(30), 2, 2, Duration.ofMillis(1)));
		String id = alert("\"levels\": [\"1\", \"2\", \"3\", \"20\"]");
		other.start();
		try {
			IntStream.range(0, 12).forEach((round) -> {
				send(this.customers.stream().map((customer) -> event(customer, now(), "0.5")).toList());
				pause(Duration.ofMillis(50));
			});
			eventually(() -> told(id).size() == 3 * this.customers.size());
			settle();
		}
		finally {
			other.stop();
		}
		assertThat(told(id)).hasSize(3 * this.customers.size());
		assertThat(published(id)).containsExactlyInAnyOrderElementsOf(told(id));
	}

	@Test
	void levelWhenAShareOfTheAllowancesThenFollowsThem() {
		CustomerId customer = this.customers.getFirst();
		String id = alert("\"levels\": [\"50%%\", \"100%%\"], \"customer\": \"%s\"".formatted(customer.text()));
		send(List.of(event(customer, now(), "100"), event(this.customers.getLast(), now(), "100")));
		settle();
		assertThat(told(id)).as("without an allowance").isEmpty();
		this.client.post()
				.uri("/api/v1/usage/allowances")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("""
						{"customer": "%s", "meter": "calls", "amount": "200", "every": "month", "starts_at": "%s"}"""
						.formatted(customer.text(), now().truncatedTo(ChronoUnit.DAYS)))
				.exchange()
				.expectStatus()
				.isCreated();
		send(List.of(event(customer, now(), "1")));
		eventually(() -> told(id).size() == 1);
		assertThat(get("alerts/" + id + "/events").at("/data/0/figure").asString()).isEqualTo("50.5");
		send(List.of(event(customer, now(), "99")));
		eventually(() -> told(id).size() == 2);
	}

	@Test
	void levelWhenReachedByALateEventThenIsToldOfItsOwnPeriod() {
		String id = id(post("{\"meter\": \"calls\", \"period\": \"day\", \"levels\": [\"3\"]}"));
		run("UPDATE usage_alert SET created_at = now() - interval '20 days'");
		CustomerId customer = this.customers.getFirst();
		Instant late = now().minus(10, ChronoUnit.DAYS);
		send(List.of(event(customer, late, "3"), event(customer, late.minus(15, ChronoUnit.DAYS), "3"),
				event(customer, now(), "2")));
		eventually(() -> told(id).size() == 1);
		settle();
		JsonNode events = get("alerts/" + id + "/events");
		assertThat(events.path("data")).hasSize(1);
		assertThat(events.at("/data/0/period_start").asString())
				.isEqualTo(late.truncatedTo(ChronoUnit.DAYS).toString());
	}

	@Test
	void alertWhenTheMeterChangesThenGoesOn() {
		String id = alert("\"levels\": [\"10\"]");
		this.client.patch()
				.uri("/api/v1/meters/" + this.meter)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("{\"aggregation\": \"count\"}")
				.exchange()
				.expectStatus()
				.isOk();
		send(IntStream.range(0, 10).mapToObj((i) -> event(this.customers.getFirst(), now(), "0.01")).toList());
		eventually(() -> told(id).size() == 1);
	}

	/// Nothing is written any more for a meter without an alert.
	@Test
	void alertWhenEndedThenTellsNothingAndCostsNothing() {
		String id = alert("\"levels\": [\"10\"]");
		this.client.post().uri("/api/v1/usage/alerts/" + id + "/end").exchange().expectStatus().isOk();
		send(List.of(event(this.customers.getFirst(), now(), "100")));
		eventually(() -> noted() == 0);
		settle();
		assertThat(told(id)).isEmpty();
		alert("\"levels\": [\"10\"]");
		assertThat(noted()).isEqualTo(2);
	}

	@Test
	void alertsWhenTheyMakeNoSenseOrAreTooManyThenAreRefused() {
		post("{\"meter\": \"calls\", \"period\": \"month\", \"levels\": [\"0\"]}").expectStatus().isBadRequest();
		post("{\"meter\": \"calls\", \"period\": \"month\", \"levels\": []}").expectStatus().isBadRequest();
		post("{\"meter\": \"none\", \"period\": \"month\", \"levels\": [\"1\"]}").expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].field")
				.isEqualTo("meter");
		meter("largest", "max");
		post("{\"meter\": \"largest\", \"period\": \"day\", \"levels\": [\"1\"]}").expectStatus().isCreated();
		post("{\"meter\": \"largest\", \"period\": \"day\", \"levels\": [\"80%\"]}").expectStatus()
				.isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		alert("\"levels\": [\"10\"]");
		alert("\"levels\": [\"10\"]");
		post("{\"meter\": \"calls\", \"period\": \"month\", \"levels\": [\"1\"]}").expectStatus()
				.isEqualTo(HttpStatus.CONFLICT)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("too_many_alerts");
		assertThat(get("alerts?limit=2&include=total").path("total").asInt()).isEqualTo(3);
	}

	@Test
	void alertsWhenOfAnotherTenantOrModeThenDoNotExist() {
		String id = alert("\"levels\": [\"10\"]");
		Passport stranger = Passports.user(Passports.freshId("org"), "usage:read", "meters:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.anybody);
			theirs.get().uri("/api/v1/usage/alerts/" + id).exchange().expectStatus().isNotFound();
			theirs.get().uri("/api/v1/usage/alerts/" + id + "/events").exchange().expectStatus().isNotFound();
			theirs.post().uri("/api/v1/usage/alerts/" + id + "/end").exchange().expectStatus().isNotFound();
			theirs.get().uri("/api/v1/usage/alerts?include=total").exchange().expectBody().json("{\"total\": 0}");
		}
		assertThat(get("alerts/" + id).path("version").asInt()).isEqualTo(1);
	}

	/// The ids of what was told.
	private List<String> told(String alert) {
		List<String> told = new ArrayList<>();
		get("alerts/" + alert + "/events?limit=100").path("data").forEach((row) -> told.add(row.path("id").asString()));
		return told;
	}

	/// The keys of the records about the alert.
	private List<String> published(String alert) {
		List<String> keys = new ArrayList<>();
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers()), new StringDeserializer(),
				new StringDeserializer())) {
			// What is told is published in the order of its transactions' ends, most of a moment later.
			pause(Duration.ofSeconds(2));
			List<TopicPartition> partitions = consumer.partitionsFor(Topics.USAGE_LEVELS)
					.stream()
					.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
					.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			while (ends.entrySet().stream().anyMatch((end) -> consumer.position(end.getKey()) < end.getValue())) {
				for (ConsumerRecord<String, String> next : consumer.poll(Duration.ofSeconds(1))) {
					if (next.value().contains(alert)) {
						assertThat(new String(next.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
								.isEqualTo("usage.threshold_reached");
						keys.add(next.key());
					}
				}
			}
		}
		return keys;
	}

	/// Once nobody else has claimed it.
	private List<Touched> claimed(CustomerId customer) {
		List<Touched> claimed = new ArrayList<>();
		eventually(() -> {
			this.shards.all().forEach((shard) -> claimed.addAll(claim(shard)));
			return claimed.stream().anyMatch((one) -> one.customer().equals(customer.value()));
		});
		return claimed;
	}

	private void done(List<Touched> looked) {
		this.shards.all()
				.forEach((shard) -> looked.forEach((one) -> this.touched.done(shard, one).block(LIMIT)));
	}

	private List<Touched> claim(Shard shard) {
		return Objects.requireNonNull(this.touched.claim(shard, 100, this.settings.lease()).block(LIMIT))
				.stream()
				.filter((one) -> one.tenant().equals(this.tenant))
				.toList();
	}

	/// On how many shards it is noted whose figures of the organization's meters change.
	private long noted() {
		return this.shards.all()
				.stream()
				.mapToLong((shard) -> Objects.requireNonNull(shard.transactional(shard.client()
						.sql("SELECT count(*) FROM meter_activation WHERE noted AND organization_id = $1")
						.bind(0, this.tenant.organization())
						.mapValue(Long.class)
						.one()).contextWrite(SystemScope.bind()).block(LIMIT)))
				.sum();
	}

	/// Until everything that was sent is counted and looked at.
	private void settle() {
		eventually(() -> {
			Instant before = now();
			return Objects.requireNonNullElse(asOf(), Instant.MIN).isAfter(before.minusSeconds(2))
					&& this.shards.all().stream().allMatch((shard) -> untouched(shard));
		});
		pause(Duration.ofSeconds(2));
		eventually(() -> this.shards.all().stream().allMatch((shard) -> untouched(shard)));
	}

	private Instant asOf() {
		JsonNode asOf = get("summary/" + this.customers.getFirst().text()).path("as_of");
		return asOf.isString() ? Instant.parse(asOf.asString()) : Instant.MIN;
	}

	private boolean untouched(Shard shard) {
		return Objects.requireNonNull(shard.transactional(shard.client()
				.sql("SELECT count(*) FROM usage_touched WHERE organization_id = $1")
				.bind(0, this.tenant.organization())
				.mapValue(Long.class)
				.one()).contextWrite(SystemScope.bind()).block(LIMIT)) == 0;
	}

	private static Instant now() {
		return Clock.systemUTC().instant();
	}

	private UsageEvent event(CustomerId customer, Instant timestamp, String quantity) {
		return new UsageEvent(this.tenant.organization(), true, customer.value(), "request",
				UUID.randomUUID().toString(), new BigDecimal(quantity), timestamp.truncatedTo(ChronoUnit.MICROS),
				now().truncatedTo(ChronoUnit.MICROS), Map.of());
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
		return id(this.client.post()
				.uri("/api/v1/meters")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("""
						{"slug": "%s", "name": "Calls", "event_name": "request", "aggregation": "%s"}"""
						.formatted(slug, aggregation))
				.exchange());
	}

	private String alert(String rest) {
		return id(post("{\"meter\": \"calls\", \"period\": \"month\", %s}".formatted(rest)));
	}

	private static String id(ResponseSpec created) {
		return Objects.requireNonNull(
				created.expectStatus().isCreated().expectBody(JsonNode.class).returnResult().getResponseBody())
				.path("id")
				.asString();
	}

	private ResponseSpec post(String body) {
		return this.client.post()
				.uri("/api/v1/usage/alerts")
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

	private static void pause(Duration length) {
		Mono.delay(length).block(LIMIT);
	}

}
