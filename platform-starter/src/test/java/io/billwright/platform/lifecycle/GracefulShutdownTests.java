package io.billwright.platform.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.platform.test.servers.Ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@PlatformTest(classes = GracefulShutdownTests.Application.class, properties = {
	"spring.application.name=graceful-shutdown", "spring.flyway.locations=classpath:db/messaging"})
class GracefulShutdownTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String TOPIC = "farewells-" + UUID.randomUUID();

	@Autowired
	private ConfigurableEnvironment environment;

	/// First readiness falls while requests are still accepted, then the door closes, then what was accepted is finished
	/// and its event published.
	@Test
	void serviceWhenStoppedThenFinishesWhatItHasAccepted() throws Exception {
		ConfigurableApplicationContext instance = SecondInstance.start(this.environment, Application.class,
				"spring.application.name=graceful-shutdown", "spring.flyway.locations=classpath:db/messaging",
				"billwright.lifecycle.drain-delay=3s", "billwright.health.cache=1ms");
		Farewells farewells = instance.getBean(Farewells.class);
		int port = SecondInstance.port(instance);
		int managementPort = SecondInstance.managementPort(instance);
		CompletableFuture<HttpStatusCode> accepted = status(port, HttpMethod.POST, "/farewells");
		await().atMost(LIMIT).until(() -> farewells.begun);
		assertThat(connectionHeader(port)).isEmpty();
		CompletableFuture<Void> closing = CompletableFuture.runAsync(instance::close);

		await().atMost(LIMIT)
				.until(() -> answer(status(managementPort, HttpMethod.GET, "/actuator/health/ready")) == 503);
		assertThat(connectionHeader(port)).as("the last answer on its connection").containsExactly("close");

		await().atMost(LIMIT).until(() -> !Ports.isTaken(port));
		assertThat(accepted).isNotDone();
		assertThat(closing).isNotDone();

		farewells.open.tryEmitEmpty();
		assertThat(answer(accepted)).isEqualTo(200);
		closing.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		assertThat(published()).isEqualTo(1);
	}

	@Test
	void serviceWhenPausedAndResumedThenSendsNobodyAway() {
		try (ConfigurableApplicationContext instance = SecondInstance.start(this.environment, Application.class,
				"spring.application.name=graceful-shutdown", "spring.flyway.locations=classpath:db/messaging",
				"billwright.lifecycle.drain-delay=0s")) {
			instance.stop();
			instance.start();
			assertThat(connectionHeader(SecondInstance.port(instance))).isEmpty();
		}
	}

	private static int answer(CompletableFuture<HttpStatusCode> status) throws Exception {
		return status.get(LIMIT.toSeconds(), TimeUnit.SECONDS).value();
	}

	private static List<String> connectionHeader(int port) {
		return client(port).get()
				.uri("/quick")
				.exchangeToMono(
						(response) -> response.releaseBody().thenReturn(response.headers().header("Connection")))
				.blockOptional(LIMIT)
				.orElseThrow();
	}

	private static WebClient client(int port) {
		return WebClient.builder()
				.baseUrl("http://127.0.0.1:" + port)
				.defaultHeaders(Passports.user(Passports.freshId("org")))
				.build();
	}

	private static CompletableFuture<HttpStatusCode> status(int port, HttpMethod method, String path) {
		return client(port)
				.method(method)
				.uri(path)
				.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode()))
				.toFuture();
	}

	private static long published() {
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers()), new StringDeserializer(),
				new StringDeserializer())) {
			return consumer.endOffsets(consumer.partitionsFor(TOPIC)
					.stream()
					.map((partition) -> new TopicPartition(TOPIC, partition.partition()))
					.toList()).values().stream().mapToLong(Long::longValue).sum();
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Farewells.class)
	static class Application {
	}

	@RestController
	static class Farewells {

		private final Outbox outbox;

		private final TransactionalOperator transaction;

		private final Sinks.Empty<Void> open = Sinks.empty();

		private volatile boolean begun;

		Farewells(Outbox outbox, TransactionalOperator transaction) {
			this.outbox = outbox;
			this.transaction = transaction;
		}

		/// Takes until the test opens the gate, and writes only then.
		@PostMapping("/farewells")
		@Authenticated
		Mono<String> tell() {
			this.begun = true;
			return this.open.asMono()
					.then(Mono.defer(() -> this.outbox.record(new OutboxEvent(TOPIC, "farewell.told", "x", "data"))))
					.thenReturn("told")
					.as(this.transaction::transactional);
		}

		@GetMapping("/quick")
		@Authenticated
		Mono<String> quick() {
			return Mono.just("quick");
		}

	}

}
