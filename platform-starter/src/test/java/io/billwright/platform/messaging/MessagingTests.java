package io.billwright.platform.messaging;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.r2dbc.pool.ConnectionPool;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.messaging.Things.Thing;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.platform.test.servers.KafkaBroker;
import io.billwright.platform.test.servers.Ports;

import static org.assertj.core.api.Assertions.assertThat;

/// The poll interval of an hour proves that notifications wake the relay.
@PlatformTest(classes = MessagingTestApplication.class, properties = {"spring.application.name=messaging-tests",
	"spring.flyway.locations=classpath:db/messaging",
	"billwright.messaging.outbox.poll-interval=1h", "billwright.messaging.backoff.min=20ms",
	"spring.r2dbc.pool.max-acquire-time=20s",
	"billwright.messaging.backoff.max=500ms", "billwright.messaging.consumer.attempts=3",
	"billwright.messaging.consumer.lag-interval=200ms", "billwright.messaging.consumer.drain-timeout=5s",
	"billwright.messaging.outbox.drain-timeout=1s",
	"billwright.messaging.consumer.commit-interval=100ms",
	"management.endpoints.web.exposure.include=deadletters"})
class MessagingTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final String run = UUID.randomUUID().toString();

	@Autowired
	private Things things;

	@Autowired
	private Outbox outbox;

	@Autowired
	private OutboxTable table;

	@Autowired
	private OutboxRelay relay;

	@Autowired
	private EventConsumer consumer;

	@Autowired
	private ConnectionPool pool;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Autowired
	private KafkaClients clients;

	@Autowired
	private MessagingSettings settings;

	@Autowired
	private MissingTopics topics;

	@Autowired
	@Qualifier("deadLetterPublisher")
	private RecordPublisher publisher;

	@Autowired
	private RecordReader reader;

	@Autowired
	private TopicReader topicReader;

	@Autowired
	private DeadLetters deadLetters;

	@Autowired
	private Inbox inbox;

	@Autowired
	private Freshness freshness;

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private ObservationRegistry observations;

	@Autowired
	private JsonMapper mapper;

	@Autowired
	private Clock clock;

	@Autowired
	private Subscription<Thing> hearing;

	@Value("${local.management.port}")
	private int managementPort;

	// --- out ---

	@Test
	void eventWhenCommittedThenHandledAsItsTenant() {
		Tenant test = new Tenant(this.tenant.organization(), false);
		await(this.things.change(thing("a")).contextWrite(test.bind()));
		eventually(() -> heard(test, thing("a")).equals(List.of(1L)));
		assertThat(heard(this.tenant, thing("a"))).isEmpty();
		ConsumerRecord<String, byte[]> record = published(thing("a")).getFirst();
		assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
		assertThat(header(record, "ce_type")).isEqualTo("thing.changed");
		assertThat(header(record, "ce_source")).isEqualTo("/billwright/messaging-tests");
		assertThat(header(record, "ce_subject")).isEqualTo(thing("a"));
		assertThat(header(record, "ce_organization")).isEqualTo(test.organizationId().text());
		assertThat(header(record, "ce_mode")).isEqualTo("test");
		assertThat(Instant.parse(header(record, "ce_time"))).isBefore(this.clock.instant());
		assertThat(new String(record.value(), StandardCharsets.UTF_8)).contains("\"some_note\":\"note\"");
	}

	@Test
	void eventWhenPublishedThenGatewaysAreToldWhatHasChanged() {
		String purge = "%s things %s".formatted(this.tenant.organizationId().text(), thing("q"));
		await(this.redis.listenToLater(ChannelTopic.of("edge-cache.purged"))).filter(
				(message) -> message.getMessage().equals(purge))
				.next()
				.as(StepVerifier::create)
				.then(() -> await(this.things.change(thing("q")).contextWrite(this.tenant.bind())))
				.expectNextCount(1)
				.expectComplete()
				.verify(LIMIT);
	}

	@Test
	void eventWhenRolledBackThenNeverPublished() {
		this.things.changeWithin(thing("b"), (version) -> Mono.error(new IllegalStateException("no")))
				.contextWrite(this.tenant.bind())
				.as(StepVerifier::create)
				.expectErrorMessage("no")
				.verify(LIMIT);
		await(this.things.change(thing("b2")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("b2")).equals(List.of(1L)));
		assertThat(published(thing("b"))).isEmpty();
		assertThat(heard(this.tenant, thing("b"))).isEmpty();
	}

	@Test
	void recordWhenNoTransactionNoTenantOrTooLargeThenFails() {
		OutboxEvent event = new OutboxEvent(Things.TOPIC, "thing.changed", "x", new Thing("x", 1, "n"));
		this.outbox.record(event)
				.contextWrite(this.tenant.bind())
				.as(StepVerifier::create)
				.expectError()
				.verify(LIMIT);
		this.outbox.record(event)
				.as(this.transaction::transactional)
				.as(StepVerifier::create)
				.expectError(IllegalStateException.class)
				.verify(LIMIT);
		this.outbox
				.record(new OutboxEvent(Things.TOPIC, "thing.changed", "x", new Thing("x", 1, "n".repeat(600_000))))
				.as(this.transaction::transactional)
				.contextWrite(this.tenant.bind())
				.as(StepVerifier::create)
				.expectError(IllegalArgumentException.class)
				.verify(LIMIT);
	}

	@Test
	void outboxWhenReadByATenantThenEmpty() {
		this.relay.stop();
		try {
			await(this.things.change(thing("c")).contextWrite(this.tenant.bind()));
			String count = "SELECT count(*) FROM outbox";
			assertThat(await(this.database.sql(count)
					.mapValue(Long.class)
					.one()
					.as(this.transaction::transactional)
					.contextWrite(this.tenant.bind()))).isZero();
			assertThat(await(this.database.sql(count)
					.mapValue(Long.class)
					.one()
					.as(this.transaction::transactional)
					.contextWrite(SystemScope.bind()))).isPositive();
		}
		finally {
			this.relay.start();
		}
		eventually(() -> heard(this.tenant, thing("c")).equals(List.of(1L)));
	}

	@Test
	void orderWhenManyWritersAtOnceThenKeptForEachAggregate() {
		changeConcurrently(6, 15);
		for (int i = 0; i < 6; i++) {
			String id = thing("t" + i);
			eventually(() -> heard(this.tenant, id).size() >= 15);
			assertThat(heard(this.tenant, id))
					.containsExactlyElementsOf(LongStream.rangeClosed(1, 15).boxed().toList());
			assertThat(versions(published(id))).isSorted();
		}
	}

	@Test
	void relaysWhenTwoAtOnceThenEachEventOnceInOrder() {
		OutboxRelay second = relay(this.clients, this.topics);
		second.start();
		try {
			changeConcurrently(4, 20);
			for (int i = 0; i < 4; i++) {
				String id = thing("t" + i);
				eventually(() -> heard(this.tenant, id).size() >= 20);
				assertThat(versions(published(id)))
						.containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
			}
		}
		finally {
			stop(second);
		}
	}

	@Test
	void listenerWhenItsConnectionDiesThenListensAgain() {
		long ended = await(this.database.sql("""
				SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND query LIKE 'LISTEN%'""")
				.mapValue(Long.class)
				.one()
				.as(this.transaction::transactional));
		assertThat(ended).isEqualTo(1);
		await(this.things.change(thing("k")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("k")).equals(List.of(1L)));
	}

	@Test
	void traceWhenChangeIsTracedThenContinuesInTheHandler() {
		Observation request = Observation.start("request", this.observations);
		await(this.things.change(thing("l"))
				.contextWrite(this.tenant.bind())
				.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, request)));
		request.stop();
		eventually(() -> heard(this.tenant, thing("l")).equals(List.of(1L)));
		String trace = Things.traceId(request);
		assertThat(header(published(thing("l")).getFirst(), "traceparent")).startsWith("00-" + trace + "-");
		assertThat(this.things.traces.get(thing("l"))).isEqualTo(trace);
	}

	@Test
	void brokerWhenDownAndBackThenNothingIsLost(@TempDir Path directory) throws Exception {
		stop(this.relay);
		int port = Ports.free();
		int controllerPort = Ports.free();
		KafkaClients others = new KafkaClients("127.0.0.1:" + port, "other", this.settings);
		OutboxRelay other = relay(others, new MissingTopics(others, this.settings.topics()));
		other.start();
		try {
			changeConcurrently(2, 10);
			KafkaBroker broker = KafkaBroker.start(directory, port, controllerPort, Durability.THROWAWAY);
			eventually(() -> waiting() == 0);
			broker.close();
			changeConcurrently(2, 10);
			assertThat(waiting()).isEqualTo(20);
			broker = KafkaBroker.start(directory, port, controllerPort, Durability.THROWAWAY);
			eventually(() -> waiting() == 0);
			for (String id : List.of(thing("t0"), thing("t1"))) {
				assertThat(versions(published(new RecordReader(others), id)).stream().distinct())
						.containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
			}
			stop(other);
			broker.close();
		}
		finally {
			others.destroy();
			this.relay.start();
		}
	}

	@Test
	void relayWhenStoppedBeforeTheDatabaseForgetsThenPublishedAgainWithTheSameIds() throws SQLException {
		stop(this.relay);
		await(this.things.change(thing("m")).contextWrite(this.tenant.bind()));
		try (Connection admin = administrator(); Statement statement = admin.createStatement()) {
			admin.setAutoCommit(false);
			statement.execute("SELECT FROM outbox FOR UPDATE");
			this.relay.start();
			eventually(() -> published(thing("m")).size() == 1);
			assertThat(stopping(this.relay)).isLessThan(Duration.ofSeconds(5));
			admin.rollback();
		}
		this.relay.start();
		await(this.things.change(thing("m")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("m")).equals(List.of(1L, 2L)));
		List<ConsumerRecord<String, byte[]>> records = published(thing("m"));
		assertThat(versions(records)).containsExactly(1L, 1L, 2L);
		assertThat(header(records.get(0), "ce_id")).isEqualTo(header(records.get(1), "ce_id"));
	}

	@Test
	void relayWhenStoppedWhileTheBrokerIsSilentThenStopsInTimeAndNothingIsLost() throws IOException {
		stop(this.relay);
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			KafkaClients others = new KafkaClients("127.0.0.1:" + silent.getLocalPort(), "other", this.settings);
			OutboxRelay other = relay(new RecordPublisher(others, Duration.ofSeconds(30)), this.topics);
			other.start();
			await(this.things.change(thing("n")).contextWrite(this.tenant.bind()));
			eventually(() -> locks() == 1);
			assertThat(stopping(other)).isLessThan(Duration.ofSeconds(5));
			eventually(() -> locks() == 0);
		}
		assertThat(waiting()).isEqualTo(1);
		this.relay.start();
		eventually(() -> heard(this.tenant, thing("n")).equals(List.of(1L)));
		assertThat(published(thing("n"))).hasSize(1);
	}

	// --- in ---

	@Test
	void eventWhenDeliveredAgainThenOneEffect() {
		ProducerRecord<String, byte[]> record = event(thing("d"), 1, "{\"id\":\"%s\",\"version\":1,\"new_field\":[]}");
		await(this.publisher.publish(List.of(record, record)));
		await(this.publisher.publish(List.of(record, event(thing("d"), 2, "{\"id\":\"%s\",\"version\":2}"))));
		eventually(() -> heard(this.tenant, thing("d")).equals(List.of(1L, 2L)));
	}

	@Test
	void eventWhenSomethingIsDownThenWaitsInOrder() {
		AtomicInteger failures = new AtomicInteger();
		this.things.obstacles.put(thing("e"), () -> (failures.incrementAndGet() <= 6)
				? Mono.error(new Unavailable("down", "down", Duration.ofSeconds(1)))
				: Mono.empty());
		await(this.things.change(thing("e")).contextWrite(this.tenant.bind()));
		await(this.things.change(thing("e")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("e")).equals(List.of(1L, 2L)));
		assertThat(failures.get()).isEqualTo(8);
	}

	@Test
	void eventWhenPoisonThenDeadLetterWithCauseAndReplayed() {
		this.things.obstacles.put(thing("f"), () -> Mono.error(new IllegalStateException("jane@example.com")));
		await(this.things.change(thing("f")).contextWrite(this.tenant.bind()));
		eventually(() -> !letters(thing("f")).isEmpty());
		ConsumerRecord<String, byte[]> letter = letters(thing("f")).getFirst();
		assertThat(header(letter, "dead-letter-cause")).startsWith("IllegalStateException at io.billwright")
				.doesNotContain("jane");
		assertThat(header(letter, "dead-letter-origin")).startsWith("things-");
		assertThat(header(letter, "dead-letter-attempts")).isEqualTo("3");
		assertThat(header(letter, "ce_id")).isEqualTo(header(published(thing("f")).getFirst(), "ce_id"));
		this.things.obstacles.clear();
		await(this.things.change(thing("f")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("f")).equals(List.of(2L)));

		WebTestClient management = Passports.service().on(WebTestClient.bindToServer()
				.baseUrl("http://127.0.0.1:" + this.managementPort + "/actuator/deadletters")
				.responseTimeout(LIMIT)
				.build());
		Map<?, ?> causes = management.get()
				.uri("/things")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		assertThat(causes.keySet()).anyMatch((cause) -> cause.toString().startsWith("IllegalStateException at"));
		management.get().uri("").exchange().expectBody().jsonPath("$.things").isNotEmpty();
		management.get().uri("/nonsense").exchange().expectStatus().isBadRequest();
		management.post()
				.uri("/things")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("{\"limit\": \"1000\"}")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.replayed")
				.value((replayed) -> assertThat((Integer) replayed).isPositive());
		eventually(() -> heard(this.tenant, thing("f")).equals(List.of(2L, 1L)));
		assertThat(letters(thing("f"))).isEmpty();
		assertThat(published(thing("f"))).hasSize(2);
	}

	@Test
	void eventWhenUnreadableThenDeadLetterAndPartitionGoesOn() {
		ProducerRecord<String, byte[]> nonsense = event(thing("g"), 1, "{\"id\":7,\"version\":\"%s\"}");
		ProducerRecord<String, byte[]> headless = new ProducerRecord<>(Things.TOPIC, thing("g"), new byte[]{1});
		ProducerRecord<String, byte[]> tombstone = new ProducerRecord<>(Things.TOPIC, thing("g"), null);
		await(this.publisher.publish(List.of(nonsense, headless, tombstone,
				event(thing("g"), 3, "{\"id\":\"%s\",\"version\":3}"))));
		eventually(() -> heard(this.tenant, thing("g")).equals(List.of(3L)));
		assertThat(letters(thing("g"))).hasSize(2);
	}

	@Test
	void rebalanceWhenAMemberComesAndGoesThenEveryEffectOnceInOrder() {
		this.things.obstacles.clear();
		EventConsumer second = new EventConsumer(List.of(this.hearing),
				new Deliveries(List.of(this.hearing), this.inbox, this.deadLetters, this.transaction, this.mapper,
						this.settings, ObservationRegistry.NOOP),
				this.deadLetters, this.topics, this.clients, this.settings);
		changeConcurrently(8, 5);
		second.start();
		eventually(() -> memberCount() == 2);
		changeConcurrently(8, 10);
		CountDownLatch left = new CountDownLatch(1);
		second.stop(left::countDown);
		changeConcurrently(8, 5);
		for (int i = 0; i < 8; i++) {
			String id = thing("t" + i);
			eventually(() -> heard(this.tenant, id).size() >= 20);
			assertThat(heard(this.tenant, id))
					.containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
		}
		eventually(() -> left.getCount() == 0);
	}

	@Test
	void consumerWhenStoppedThenFinishesWhatItHasBegun() {
		Sinks.Empty<Void> open = Sinks.empty();
		AtomicInteger attempts = new AtomicInteger();
		this.things.obstacles.put(thing("o"), () -> {
			attempts.incrementAndGet();
			return open.asMono();
		});
		await(this.things.change(thing("o")).contextWrite(this.tenant.bind()));
		eventually(() -> attempts.get() == 1);
		CountDownLatch stopped = new CountDownLatch(1);
		this.consumer.stop(stopped::countDown);
		assertThat(heard(this.tenant, thing("o"))).isEmpty();
		open.tryEmitEmpty();
		eventually(() -> stopped.getCount() == 0);
		assertThat(heard(this.tenant, thing("o"))).containsExactly(1L);
		this.consumer.start();
		await(this.things.change(thing("o")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("o")).equals(List.of(1L, 2L)));
		assertThat(attempts.get()).isEqualTo(2);
	}

	@Test
	void consumerWhenStoppedWhileAHandlerHangsThenStopsInTimeAndDeliversAgain() {
		AtomicInteger attempts = new AtomicInteger();
		this.things.obstacles.put(thing("p"), () -> (attempts.incrementAndGet() == 1) ? Mono.never() : Mono.empty());
		await(this.things.change(thing("p")).contextWrite(this.tenant.bind()));
		eventually(() -> attempts.get() == 1);
		assertThat(stopping(this.consumer)).isLessThan(Duration.ofSeconds(10));
		this.consumer.start();
		eventually(() -> heard(this.tenant, thing("p")).equals(List.of(1L)));
		assertThat(attempts.get()).isEqualTo(2);
	}

	@Test
	void freshnessWhenAnEventWaitsThenStandsStillAndGoesOnAfterIt() {
		Sinks.Empty<Void> open = Sinks.empty();
		this.things.obstacles.put(thing("h"), open::asMono);
		await(this.things.change(thing("h")).contextWrite(this.tenant.bind()));
		eventually(() -> lag() > 0);
		Instant published = this.clock.instant();
		await(Mono.delay(Duration.ofSeconds(1)));
		assertThat(this.freshness.asOf().orElseThrow()).isBefore(published);
		open.tryEmitEmpty();
		eventually(() -> this.freshness.asOf().orElseThrow().isAfter(published));
		assertThat(heard(this.tenant, thing("h"))).containsExactly(1L);
		eventually(() -> lag() == 0);
		assertThat(this.meters.get("billwright.consumer.lag").timeGauge().value(TimeUnit.SECONDS)).isLessThan(30);
		assertThat(this.meters.get("billwright.events").tag("outcome", "handled").timer().count()).isPositive();
		assertThat(this.meters.get("billwright.outbox.published").counter().count()).isPositive();
	}

	@Test
	void topicWhenReadFromTheStartThenEveryEventInOrder() {
		for (int i = 0; i < 3; i++) {
			await(this.things.change(thing("i")).contextWrite(this.tenant.bind()));
		}
		eventually(() -> heard(this.tenant, thing("i")).size() == 3);
		List<Long> versions = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
		Set<Tenant> tenants = new HashSet<>();
		long handled = await(this.topicReader.readAll(Things.TOPIC, Thing.class, (event) -> Tenant.current()
				.filter((bound) -> event.subject().equals(thing("i")))
				.doOnNext((bound) -> {
					tenants.add(bound);
					versions.add(event.data().version());
				})
				.then()));
		assertThat(handled).isGreaterThanOrEqualTo(3);
		assertThat(versions).containsExactly(1L, 2L, 3L);
		assertThat(tenants).containsExactly(this.tenant);
	}

	@Test
	void topicWhenMadeThenKeepsTheNewestForEverAndNothingElseForLong() {
		String topic = thing("topic");
		ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);

		await(this.topics.ensureCompacted(List.of(topic)).thenReturn(true));

		Config config = await(this.clients.admin()
				.flatMap((admin) -> KafkaClients.answer(admin.describeConfigs(List.of(resource)).all())))
				.get(resource);
		assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
		assertThat(config.get("min.compaction.lag.ms").value()).isEqualTo("604800000");
		assertThat(config.get("max.compaction.lag.ms").value()).isEqualTo("2592000000");
	}

	@Test
	void inboxWhenRetentionIsOverThenForgotten() {
		await(this.things.change(thing("j")).contextWrite(this.tenant.bind()));
		eventually(() -> heard(this.tenant, thing("j")).size() == 1);
		Inbox later = new Inbox(this.database, this.transaction,
				new MessagingSettings.Inbox(Duration.ofDays(14), Duration.ofHours(1), 10),
				Clock.offset(this.clock, Duration.ofDays(15)));
		assertThat(await(this.inbox.forgetOld())).isZero();
		assertThat(await(later.forgetOld())).isPositive();
		assertThat(await(later.forgetOld())).isZero();
	}

	// --- steps ---

	private String thing(String name) {
		return this.run + "-" + name;
	}

	private void changeConcurrently(int things, int changes) {
		await(Flux.range(0, things * changes)
				.flatMap((i) -> this.things.change(thing("t" + (i % things))).contextWrite(this.tenant.bind()), 6)
				.then(Mono.just(true)));
	}

	private OutboxRelay relay(KafkaClients clients, MissingTopics topics) {
		return relay(new RecordPublisher(clients, Duration.ofSeconds(2)), topics);
	}

	private OutboxRelay relay(RecordPublisher publisher, MissingTopics topics) {
		return new OutboxRelay(this.table, new CommitListener(this.pool, this.settings.backoff(), OutboxTable.CHANNEL),
				topics, publisher,
				new EdgePurges(null), this.transaction, this.settings, "other", new SimpleMeterRegistry(), this.clock);
	}

	private Connection administrator() throws SQLException {
		String database = await(this.database.sql("SELECT current_database()")
				.mapValue(String.class)
				.one()
				.as(this.transaction::transactional));
		return DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(database), "postgres",
				EmbeddedServers.PASSWORD);
	}

	/// How many relays of this database hold the lock.
	private long locks() {
		return await(this.database.sql("""
				SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")
				.mapValue(Long.class)
				.one()
				.as(this.transaction::transactional));
	}

	private ProducerRecord<String, byte[]> event(String id, long number, String json) {
		OutboxEvent event = new OutboxEvent(Things.TOPIC, "thing.changed", id, "");
		return EventHeaders.toRecord(OutboxRow.recorded(new UUID(this.tenant.organization().hashCode(), number), event,
				this.tenant, this.clock.instant(), null, json.formatted(id).getBytes(StandardCharsets.UTF_8)), "test");
	}

	private double lag() {
		return this.meters.get("billwright.consumer.lag.records").tag("topic", Things.TOPIC).gauge().value();
	}

	private long memberCount() {
		String group = this.clients.application();
		return await(this.clients.admin()
				.flatMap((admin) -> KafkaClients
						.answer(admin.describeConsumerGroups(List.of(group)).describedGroups().get(group))))
				.members()
				.size();
	}

	private long waiting() {
		return Objects.requireNonNull(await(this.table.measure()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind()))).rows();
	}

	private List<Long> heard(Tenant tenant, String id) {
		return await(this.things.heard(tenant, id));
	}

	private List<ConsumerRecord<String, byte[]>> published(String id) {
		return published(this.reader, id);
	}

	private static List<ConsumerRecord<String, byte[]>> published(RecordReader reader, String id) {
		return await(reader.readAll(Things.TOPIC).filter((record) -> id.equals(record.key())).collectList());
	}

	private List<ConsumerRecord<String, byte[]>> letters(String id) {
		String topic = this.deadLetters.graveyard(Things.TOPIC);
		return await(this.topics.ensureTransit(List.of(topic))
				.thenMany(this.reader.readAll(topic))
				.filter((record) -> id.equals(record.key()))
				.collectList());
	}

	private List<Long> versions(List<ConsumerRecord<String, byte[]>> records) {
		return records.stream().map((record) -> this.mapper.readValue(record.value(), Thing.class).version()).toList();
	}

	private static String header(ConsumerRecord<String, byte[]> record, String name) {
		return EventHeaders.find(record.headers(), name);
	}

	private static void stop(SmartLifecycle part) {
		CountDownLatch stopped = new CountDownLatch(1);
		part.stop(stopped::countDown);
		eventually(() -> stopped.getCount() == 0);
	}

	/// Stops it and tells how long that took.
	private static Duration stopping(SmartLifecycle part) {
		long start = System.nanoTime();
		stop(part);
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static <T> T await(Mono<T> mono) {
		return mono.block(LIMIT);
	}

	private static void eventually(BooleanSupplier condition) {
		Flux.interval(Duration.ZERO, Duration.ofMillis(50))
				.onBackpressureDrop()
				.publishOn(reactor.core.scheduler.Schedulers.boundedElastic())
				.takeUntil((tick) -> condition.getAsBoolean())
				.blockLast(LIMIT);
	}

}
