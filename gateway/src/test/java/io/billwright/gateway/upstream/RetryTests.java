package io.billwright.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;
import io.billwright.gateway.support.StubService.Answer;
import io.billwright.gateway.support.StubService.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Before services of two instances each: one at two addresses, one at two addresses of one name.
@GatewayTest(properties = {"billwright.gateway.upstream.resolve=1s",
	"billwright.gateway.upstream.outlier.failures=1000",
	"billwright.gateway.upstream.minimum=50",
	"billwright.gateway.public-paths=/api/v1/pair/**,/api/v1/named/**"})
class RetryTests {

	private static final StubService ONE = new StubService("127.0.0.1", 0);

	private static final StubService OTHER = new StubService("127.0.0.2", ONE.port());

	private static final String PAIR = "/api/v1/pair";

	private static final Answer LOST = (request, response) -> response
			.withConnection((connection) -> connection.channel().close())
			.neverComplete();

	private static volatile List<InetAddress> addresses = List.of();

	@LocalServerPort
	private int port;

	@Autowired
	private Services services;

	@DynamicPropertySource
	static void routes(DynamicPropertyRegistry properties) throws UnknownHostException {
		addresses = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2"));
		properties.add("billwright.gateway.routes.pair-service.url", () -> ONE.url() + "," + OTHER.url());
		properties.add("billwright.gateway.routes.pair-service.prefixes", () -> PAIR);
		properties.add("billwright.gateway.routes.named-service.url", () -> "http://named.test:" + ONE.port());
		properties.add("billwright.gateway.routes.named-service.prefixes", () -> "/api/v1/named");
	}

	@AfterEach
	void calm() {
		Stream.of(ONE, OTHER).forEach((stub) -> {
			stub.on(PAIR, Answer.json(200, "{}"));
			stub.forget();
		});
		Service pair = this.services.require("pair-service");
		IntStream.range(0, 100).forEach((i) -> pair.budget().deposit());
		pair.breaker().reset();
	}

	@Test
	void serviceWhenOneOfItsInstancesIsGoneThenNoRequestIsLost() {
		OTHER.stop();
		try {
			for (int i = 0; i < 5; i++) {
				assertThat(send("GET", PAIR).statusCode()).isEqualTo(200);
			}
			// As many as the retries that are saved. By now none of the old connections is left, on which a request could be lost.
			for (int i = 0; i < 5; i++) {
				assertThat(post("{\"nothing\":\"was sent of it\"}").statusCode()).isEqualTo(200);
			}
		}
		finally {
			OTHER.start();
		}
		assertThat(seen(PAIR)).hasSize(10);
	}

	@Test
	void requestWhenItsAnswerIsLostThenIsSentToTheOtherInstanceIfThatDoesNoHarm() {
		ONE.on(PAIR, LOST);
		for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
			for (int i = 0; i < 2; i++) {
				assertThat(send(method, PAIR).statusCode()).as(method).isEqualTo(200);
			}
		}
		for (int i = 0; i < 2; i++) {
			assertThat(post("{\"n\":1}", "Idempotency-Key", "key-" + i).statusCode()).isEqualTo(200);
		}
		assertThat(seen(PAIR)).filteredOn((request) -> request.method().equals("POST"))
				.hasSizeGreaterThanOrEqualTo(2)
				.allSatisfy((request) -> assertThat(request.body()).isEqualTo("{\"n\":1}"));
	}

	@Test
	void requestWhenSeeingItTwiceWouldDoHarmThenIsSentOnce() {
		ONE.on(PAIR, LOST);
		OTHER.on(PAIR, LOST);
		HttpResponse<String> answer = post("{}");
		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.body()).contains("\"code\":\"service_unavailable\"");
		assertThat(seen(PAIR)).hasSize(1);
		String tooLargeToKeep = "x".repeat(65 * 1024);
		assertThat(post(tooLargeToKeep, "Idempotency-Key", "large").statusCode()).isEqualTo(503);
		assertThat(seen(PAIR)).hasSize(2);
	}

	@Test
	void requestWhenItsAnswerHasBegunThenIsNotSentAgain() {
		Answer half = (request, response) -> response.header("Content-Length", "100")
				.sendString(Mono.just("{"))
				.then(Mono.delay(Duration.ofMillis(300))
						.doOnNext((begun) -> response.withConnection((connection) -> connection.channel().close()))
						.then());
		ONE.on(PAIR, half);
		OTHER.on(PAIR, half);
		try {
			send("GET", PAIR);
		}
		catch (IllegalStateException broken) {
			assertThat(broken).hasRootCauseInstanceOf(java.io.IOException.class);
		}
		assertThat(seen(PAIR)).hasSize(1);
	}

	@Test
	void requestWhenAnInstanceRefusesItThenTheOtherIsAsked() {
		ONE.on(PAIR, Answer.json(503, "{\"code\":\"temporarily_unavailable\"}"));
		for (int i = 0; i < 4; i++) {
			assertThat(send("GET", PAIR).statusCode()).isEqualTo(200);
		}
		OTHER.on(PAIR, Answer.json(503, "{\"code\":\"temporarily_unavailable\"}"));
		assertThat(send("GET", PAIR).body()).isEqualTo("{\"code\":\"temporarily_unavailable\"}");
		ONE.forget();
		OTHER.forget();
		assertThat(post("{}").statusCode()).isEqualTo(503);
		assertThat(seen(PAIR)).hasSize(1);
	}

	@Test
	void retriesWhenNothingWorksThenAreATenthOfTheRequests() {
		while (this.services.require("pair-service").budget().withdraw()) {
			// What was saved is spent.
		}
		ONE.on(PAIR, LOST);
		OTHER.on(PAIR, LOST);
		for (int i = 0; i < 50; i++) {
			send("GET", PAIR);
		}
		assertThat(seen(PAIR)).hasSizeBetween(54, 55);
	}

	@Test
	void nameWhenItHasSeveralAddressesThenEachIsAnInstanceAsLongAsItIsTheirs() throws UnknownHostException {
		String path = "/api/v1/named";
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			send("GET", path);
			assertThat(ONE.received(path)).isNotEmpty();
			assertThat(OTHER.received(path)).isNotEmpty();
		});
		assertThat(ONE.last(path).header("Host")).isEqualTo("named.test:" + ONE.port());

		List<InetAddress> before = addresses;
		addresses = List.of(InetAddress.getByName("127.0.0.2"));
		try {
			await().atMost(Duration.ofSeconds(10))
					.until(() -> this.services.require("named-service").fleet().instances().size() == 1);
			ONE.forget();
			for (int i = 0; i < 20; i++) {
				assertThat(send("GET", path).statusCode()).isEqualTo(200);
			}
			assertThat(ONE.received(path)).isEmpty();
		}
		finally {
			addresses = before;
		}
	}

	private static List<Received> seen(String path) {
		return Stream.of(ONE, OTHER).flatMap((stub) -> stub.received(path).stream()).toList();
	}

	private HttpResponse<String> send(String method, String path) {
		return Platform.send(this.port, method, path);
	}

	private HttpResponse<String> post(String body, String... headers) {
		return Platform.send(this.port, (request) -> {
			request.uri(Platform.uri(this.port, PAIR))
					.POST(BodyPublishers.ofString(body))
					.header("X-Forwarded-For", Platform.freshAddress());
			if (headers.length > 0) {
				request.headers(headers);
			}
		});
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class TestNames {

		@Bean
		@Primary
		Names testNames(Names dns) {
			return (host) -> "named.test".equals(host) ? Mono.fromSupplier(() -> addresses) : dns.resolve(host);
		}

	}

}
