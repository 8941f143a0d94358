package io.billwright.platform.messaging;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.lifecycle.SecondInstance;
import io.billwright.platform.messaging.Things.Thing;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.platform.test.servers.KafkaBroker;
import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A service with a PostgreSQL and a broker of its own, which are taken away under it. It polls once an hour, so that
/// whatever goes out in time was woken.
@PlatformTest(classes = MessagingTestApplication.class, properties = {"spring.application.name=outage-tests",
	"spring.flyway.locations=classpath:db/messaging"})
class OutageTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final int THINGS = 4;

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final int kafkaPort = Ports.free();

	private final int controllerPort = Ports.free();

	@Autowired
	private ConfigurableEnvironment environment;

	@TempDir
	private Path directory;

	private PostgresServer postgres;

	private ChildProcess postgresProcess;

	private KafkaBroker kafka;

	private ConfigurableApplicationContext instance;

	private Things things;

	@BeforeEach
	void start() throws IOException {
		this.postgres = new PostgresServer(this.directory.resolve("postgres"), Ports.free(), EmbeddedServers.PASSWORD,
				Durability.DURABLE);
		this.postgresProcess = startPostgres();
		this.kafka = startKafka();
		Databases databases = Databases.of(this.postgres);
		databases.createRoles(EmbeddedServers.PASSWORD, EmbeddedServers.PASSWORD);
		databases.create("outage");
		this.instance = SecondInstance.start(this.environment, MessagingTestApplication.class,
				"spring.application.name=outage", "spring.flyway.locations=classpath:db/messaging",
				"spring.r2dbc.url=" + this.postgres.r2dbcUrl("outage"),
				"spring.flyway.url=" + this.postgres.jdbcUrl("outage"),
				"spring.kafka.bootstrap-servers=" + this.kafka.bootstrapServers(),
				"billwright.messaging.outbox.poll-interval=1h", "billwright.messaging.outbox.batch-rows=50",
				"billwright.messaging.outbox.publish-timeout=1s", "billwright.messaging.outbox.measure-interval=200ms",
				"billwright.messaging.topics.timeout=1s", "billwright.messaging.backoff.max=500ms");
		this.things = this.instance.getBean(Things.class);
	}

	@AfterEach
	void stop() {
		this.instance.close();
		this.kafka.close();
		this.postgresProcess.close();
	}

	/// Many batches wait and many attempts fail before the broker is back.
	@Test
	void brokerWhenDownForLongThenEveryEventGoesOutInOrder() throws IOException {
		change(10);
		this.kafka.close();
		change(200);
		await().atMost(LIMIT).until(() -> waiting() >= THINGS * 200);
		await().atMost(LIMIT).until(() -> lagSeconds() > 2 && failures() > 3);

		this.kafka = startKafka();
		everyEffectOnceInOrder(210);
		everyEventPublishedInOrder(210);
		await().atMost(LIMIT).until(() -> waiting() == 0 && lagSeconds() == 0);
	}

	/// The relay loses its transaction and the connection that it listens on.
	@Test
	void databaseWhenKilledAndBackThenEveryEventGoesOutInOrder() {
		change(50);
		this.postgresProcess.kill();
		this.postgresProcess = startPostgres();
		change(1);
		everyEffectOnceInOrder(51);
		this.postgresProcess.close();
		this.postgresProcess = startPostgres();
		change(1);
		everyEffectOnceInOrder(52);
		everyEventPublishedInOrder(52);
	}

	/// So many changes of each thing, several at once.
	private void change(int times) {
		Flux.range(0, THINGS * times)
				.flatMap((i) -> this.things.change("t" + (i % THINGS)).contextWrite(this.tenant.bind()), 6)
				.blockLast(LIMIT);
	}

	private void everyEffectOnceInOrder(int changes) {
		for (int i = 0; i < THINGS; i++) {
			String id = "t" + i;
			await().atMost(LIMIT).ignoreExceptions().until(() -> heard(id).size() >= changes);
			assertThat(heard(id)).containsExactlyElementsOf(upTo(changes));
		}
	}

	/// What was published again stands behind its first publication and before the next event: consumers skip it, and
	/// compaction keeps the newest.
	private void everyEventPublishedInOrder(int changes) {
		JsonMapper mapper = this.instance.getBean(JsonMapper.class);
		for (int i = 0; i < THINGS; i++) {
			String id = "t" + i;
			List<Long> versions = this.instance.getBean(RecordReader.class)
					.readAll(Things.TOPIC)
					.filter((record) -> id.equals(record.key()))
					.map((record) -> mapper.readValue(record.value(), Thing.class).version())
					.collectList()
					.block(LIMIT);
			assertThat(versions.stream().distinct()).containsExactlyElementsOf(upTo(changes));
			assertThat(versions.getLast()).isEqualTo(changes);
		}
	}

	private static List<Long> upTo(int changes) {
		return LongStream.rangeClosed(1, changes).boxed().toList();
	}

	private List<Long> heard(String id) {
		return this.things.heard(this.tenant, id).block(LIMIT);
	}

	private double waiting() {
		return meters().get("billwright.outbox.waiting").gauge().value();
	}

	private double lagSeconds() {
		return meters().get("billwright.outbox.lag").timeGauge().value(TimeUnit.SECONDS);
	}

	private double failures() {
		return meters().get("billwright.outbox.failures").counter().count();
	}

	private MeterRegistry meters() {
		return this.instance.getBean(MeterRegistry.class);
	}

	private ChildProcess startPostgres() {
		ChildProcess process = ChildProcess.start(this.postgres, this.directory);
		process.awaitReady(this.postgres::probe, LIMIT);
		return process;
	}

	private KafkaBroker startKafka() throws IOException {
		return KafkaBroker.start(this.directory.resolve("kafka"), this.kafkaPort, this.controllerPort,
				Durability.THROWAWAY);
	}

}
