package io.billwright.platform.observability;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import io.billwright.platform.clients.Clients;
import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.lifecycle.SecondInstance;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.messaging.Subscription;
import io.billwright.platform.observability.TraceReceiver.Span;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// One trace from the client to whoever hears of the change, and to every other process that is asked on the way.
@PlatformTest(classes = TracingTests.Application.class, properties = {"spring.application.name=tracing-tests",
	"spring.flyway.locations=classpath:db/messaging",
	"management.opentelemetry.tracing.export.schedule-delay=100ms"})
class TracingTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String TOPIC = "orders-" + UUID.randomUUID();

	private static final String CLIENTS_SPAN = "b7ad6b7169203331";

	/// What the neighbour was shown as `traceparent`, by path.
	private static final Map<String, String> SHOWN = new ConcurrentHashMap<>();

	private static TraceReceiver receiver;

	private static DisposableServer neighbour;

	private final String trace = HexFormat.of().toHexDigits(UUID.randomUUID().getMostSignificantBits())
			+ HexFormat.of().toHexDigits(UUID.randomUUID().getMostSignificantBits());

	@Autowired
	private WebTestClient client;

	@Autowired
	private ConfigurableEnvironment environment;

	@LocalManagementPort
	private int managementPort;

	@BeforeAll
	static void start() {
		receiver = new TraceReceiver();
		neighbour = HttpServer.create().host("127.0.0.1").port(0).handle((request, response) -> {
			SHOWN.put(request.path(), String.valueOf(request.requestHeaders().get("traceparent")));
			return response.sendString(Mono.just("ok"));
		}).bindNow();
	}

	@AfterAll
	static void stop() {
		neighbour.disposeNow();
		receiver.stop();
	}

	@DynamicPropertySource
	static void addresses(DynamicPropertyRegistry registry) {
		registry.add("billwright.clients.neighbour.base-url", () -> "http://127.0.0.1:" + neighbour.port());
		registry.add("management.opentelemetry.tracing.export.otlp.endpoint", receiver::endpoint);
	}

	@Test
	void traceWhenClientSamplesThenGoesThroughEverythingAndIsExported() {
		order("sampled", "01");
		await().atMost(LIMIT).until(() -> SHOWN.containsKey("sampled/heard"));
		await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
			Span request = span("http post /orders/{id}");
			Span recorded = span(TOPIC + " record");
			Span handled = span(TOPIC + " handle");
			assertThat(request.parent()).isEqualTo(CLIENTS_SPAN);
			assertThat(recorded.parent()).isEqualTo(request.id());
			assertThat(handled.parent()).isEqualTo(recorded.id());
			assertThat(shown("sampled/asked").parent()).isEqualTo(request.id());
			assertThat(shown("sampled/heard").parent()).isEqualTo(handled.id());
		});
		assertThat(receiver.knows("/sampled/asked")).isTrue();
		assertThat(receiver.knows("Lovelace")).as("queries in spans").isFalse();
	}

	@Test
	void metricsWhenScrapedThenTellOutboxConsumersAndClients() {
		order("measured", "00");
		await().atMost(LIMIT).until(() -> SHOWN.containsKey("measured/heard"));
		await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> assertThat(scrape()).contains(
				"billwright_outbox_waiting", "billwright_outbox_lag_seconds", "billwright_outbox_published_total",
				"billwright_consumer_lag_records", "billwright_consumer_lag_seconds",
				"billwright_events_seconds_count", "outcome=\"handled\"",
				"http_server_requests_seconds_bucket", "uri=\"/orders/{id}\"",
				"http_client_requests_seconds_bucket", "client_name=\"neighbour\"", "uri=\"/{order}/{step}\"",
				"client_retries_total",
				"resilience4j_circuitbreaker_state", "reactor_netty_connection_provider", "r2dbc_pool_acquired"));
		assertThat(scrape()).doesNotContain("Lovelace");
	}

	@Test
	void traceWhenClientDoesNotSampleThenFollowedAndNotExported() {
		order("unsampled", "00");
		await().atMost(LIMIT).until(() -> SHOWN.containsKey("unsampled/heard"));
		for (String path : new String[]{"unsampled/asked", "unsampled/heard"}) {
			assertThat(SHOWN.get(path)).startsWith("00-" + this.trace + "-").endsWith("-00");
		}
		await().during(Duration.ofMillis(500)).until(() -> receiver.trace(this.trace).isEmpty());
	}

	@Test
	void traceWhenNoReceiverIsConfiguredThenNothingExportsIt() {
		try (ConfigurableApplicationContext instance = SecondInstance.start(this.environment, Application.class,
				"spring.application.name=tracing-tests", "spring.flyway.locations=classpath:db/messaging",
				"billwright.clients.neighbour.base-url=http://127.0.0.1:" + neighbour.port())) {
			assertThat(instance.getBeansOfType(SpanExporter.class)).isEmpty();
		}
	}

	private String scrape() {
		return WebTestClient.bindToServer()
				.baseUrl("http://127.0.0.1:" + this.managementPort)
				.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(4 << 20))
				.build()
				.get()
				.uri("/actuator/prometheus")
				.exchange()
				.expectBody(String.class)
				.returnResult()
				.getResponseBody();
	}

	private void order(String id, String flags) {
		this.client.post()
				.uri("/orders/" + id + "?buyer=Lovelace")
				.headers(Passports.user(Passports.freshId("org")))
				.header("traceparent", "00-" + this.trace + "-" + CLIENTS_SPAN + "-" + flags)
				.exchange()
				.expectStatus()
				.isOk();
	}

	private Span span(String name) {
		return receiver.trace(this.trace).stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	/// The exported span of the call that the neighbour was shown.
	private Span shown(String path) {
		return receiver.trace(this.trace)
				.stream()
				.filter((span) -> SHOWN.get(path).equals("00-" + span.trace() + "-" + span.id() + "-01"))
				.findFirst()
				.orElseThrow();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Orders.class)
	static class Application {

		@Bean
		Subscription<Order> hearing(Clients clients) {
			return Subscription.of(TOPIC, Order.class,
					(event) -> ask(clients, event.data().id(), "heard"));
		}

	}

	@RestController
	static class Orders {

		private final Clients clients;

		private final Outbox outbox;

		private final TransactionalOperator transaction;

		Orders(Clients clients, Outbox outbox, TransactionalOperator transaction) {
			this.clients = clients;
			this.outbox = outbox;
			this.transaction = transaction;
		}

		@PostMapping("/orders/{id}")
		@Authenticated
		Mono<Void> order(@PathVariable String id) {
			return ask(this.clients, id, "asked")
					.then(this.outbox.record(new OutboxEvent(TOPIC, "order.placed", id, new Order(id)))
							.as(this.transaction::transactional));
		}

	}

	record Order(String id) {}

	private static Mono<Void> ask(Clients clients, String order, String step) {
		return clients.named("neighbour").get().uri("/{order}/{step}?buyer=Lovelace", order, step).retrieve()
				.bodyToMono(String.class).then();
	}

}
