package io.billwright.platform.observability;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.identity.Public;
import io.billwright.platform.lifecycle.SecondInstance;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.platform.test.servers.KafkaBroker;
import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.PostgresServer;
import io.billwright.platform.test.servers.RedisServer;
import io.billwright.platform.test.servers.Server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// What readiness says while servers go and come back.
@PlatformTest(classes = HealthTests.Application.class, properties = "spring.application.name=health-tests")
class HealthTests {

	private static final Duration LIMIT = Duration.ofSeconds(40);

	private static final JsonMapper JSON = new JsonMapper();

	@Autowired
	private ConfigurableEnvironment environment;

	@TempDir
	private Path directory;

	private PostgresServer postgres;

	private RedisServer redis;

	private ChildProcess postgresProcess;

	private ChildProcess redisProcess;

	private KafkaBroker kafka;

	private ConfigurableApplicationContext instance;

	@BeforeEach
	void start() throws IOException {
		this.postgres = new PostgresServer(this.directory.resolve("postgres"), Ports.free(), EmbeddedServers.PASSWORD,
				Durability.THROWAWAY);
		this.redis = new RedisServer(this.directory.resolve("redis"), Ports.free(), Durability.THROWAWAY);
		this.kafka = KafkaBroker.start(this.directory.resolve("kafka"), Ports.free(), Ports.free(),
				Durability.THROWAWAY);
		this.postgresProcess = start(this.postgres);
		this.redisProcess = start(this.redis);
		Databases databases = Databases.of(this.postgres);
		databases.createRoles(EmbeddedServers.PASSWORD, EmbeddedServers.PASSWORD);
		databases.create("health");
		this.instance = SecondInstance.start(this.environment, Application.class, "spring.application.name=health",
				"spring.r2dbc.url=" + this.postgres.r2dbcUrl("health"),
				"spring.flyway.url=" + this.postgres.jdbcUrl("health"), "spring.data.redis.url=" + this.redis.url(0),
				"spring.kafka.bootstrap-servers=" + this.kafka.bootstrapServers());
	}

	@AfterEach
	void stop() {
		this.instance.close();
		this.postgresProcess.close();
		this.redisProcess.close();
		this.kafka.close();
	}

	@Test
	void readyWhenServersGoAndComeBackThenDegradedOrDownAndUpAgain() {
		eventually(200, "UP");

		this.redisProcess.kill();
		JsonNode withoutRedis = eventually(200, "DEGRADED");
		assertThat(withoutRedis.at("/components/redis/status").asString()).isEqualTo("DEGRADED");
		assertThat(withoutRedis.at("/components/redis/details/latency_ms").asLong(-1)).isBetween(0L, 2_000L);
		assertThat(withoutRedis.at("/components/database/status").asString()).isEqualTo("UP");

		this.kafka.close();
		await().atMost(LIMIT)
				.until(() -> ready().at("/components/kafka/status").asString(), "DEGRADED"::equals);
		assertThat(ready().at("/components/kafka/details/latency_ms").asLong(-1)).isBetween(0L, 2_000L);
		assertThat(ask("ready").getStatus().value()).isEqualTo(200);
		onService().expectStatus().isOk();

		this.postgresProcess.kill();
		JsonNode withoutDatabase = eventually(503, "DOWN");
		assertThat(withoutDatabase.at("/components/database/status").asString()).isEqualTo("DOWN");
		assertThat(withoutDatabase.at("/components/database/details/latency_ms").asLong(-1)).isBetween(0L, 2_000L);
		assertThat(ask("live").getStatus().value()).isEqualTo(200);
		onService().expectStatus()
				.isEqualTo(503)
				.expectHeader()
				.contentType(MediaType.APPLICATION_PROBLEM_JSON)
				.expectHeader()
				.exists("Retry-After")
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("temporarily_unavailable");

		this.postgresProcess = start(this.postgres);
		eventually(200, "DEGRADED");
		this.redisProcess = start(this.redis);
		await().atMost(LIMIT).until(() -> ready().at("/components/redis/status").asString(), "UP"::equals);
		onService().expectStatus().isOk();
	}

	private ChildProcess start(Server server) {
		ChildProcess process = ChildProcess.start(server, this.directory);
		process.awaitReady(server::probe, LIMIT);
		return process;
	}

	private JsonNode eventually(int httpStatus, String status) {
		await().atMost(LIMIT).until(() -> {
			EntityExchangeResult<byte[]> answer = ask("ready");
			return answer.getStatus().value() == httpStatus && status(answer).path("status").asString().equals(status);
		});
		return ready();
	}

	private JsonNode ready() {
		return status(ask("ready"));
	}

	private static JsonNode status(EntityExchangeResult<byte[]> answer) {
		return JSON.readTree(answer.getResponseBody());
	}

	private WebTestClient.ResponseSpec onService() {
		return client(SecondInstance.port(this.instance)).get()
				.uri("/one")
				.headers(Passports.anonymous())
				.exchange();
	}

	private static WebTestClient client(int port) {
		return WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).responseTimeout(LIMIT).build();
	}

	private EntityExchangeResult<byte[]> ask(String group) {
		return client(SecondInstance.managementPort(this.instance)).get()
				.uri("/actuator/health/" + group)
				.exchange()
				.expectBody()
				.returnResult();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Numbers.class)
	static class Application {
	}

	@RestController
	static class Numbers {

		private final DatabaseClient database;

		private final ReadOnlyTransaction transaction;

		Numbers(DatabaseClient database, ReadOnlyTransaction transaction) {
			this.database = database;
			this.transaction = transaction;
		}

		@GetMapping("/one")
		@Public
		Mono<String> one() {
			return this.database.sql("SELECT 'one'").mapValue(String.class).one().as(this.transaction::transactional);
		}

	}

}
