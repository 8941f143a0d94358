package io.billwright.gateway.upstream;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;
import io.billwright.gateway.support.StubService.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

@GatewayTest
class UpstreamTests {

	private static final String FICKLE = "/api/v1/fickle";

	@LocalServerPort
	private int port;

	@Autowired
	private CircuitBreakerRegistry breakers;

	@Test
	void serviceWhenItCannotBeReachedThenIsUnavailableAndGivenARest() {
		for (int i = 0; i < 10; i++) {
			HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/absent");
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
			assertThat(answer.body()).contains("\"code\":\"service_unavailable\"").contains("absent-service");
		}
		CircuitBreaker breaker = this.breakers.circuitBreaker("route-absent-service");
		assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
		assertThat(Platform.send(this.port, "GET", "/api/v1/absent").statusCode()).isEqualTo(503);
		assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isPositive();
	}

	@Test
	void serviceWhenItIsThereAgainThenIsFoundOutAndNobodyElseWasHeldUp() {
		Platform.FICKLE.on(FICKLE, (request, response) -> response
				.withConnection((connection) -> connection.channel().close())
				.neverComplete());
		for (int i = 0; i < 10; i++) {
			assertThat(Platform.send(this.port, "GET", FICKLE).statusCode()).isEqualTo(503);
		}
		CircuitBreaker breaker = this.breakers.circuitBreaker("route-fickle-service");
		assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
		assertThat(Platform.send(this.port, "GET", "/api/v1/search").statusCode()).isEqualTo(200);

		Platform.FICKLE.on(FICKLE, Answer.json(200, "{}"));
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			assertThat(Platform.send(this.port, "GET", FICKLE).statusCode()).isEqualTo(200);
			assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
		});
	}

	@Test
	void serviceWhenSilentThenTheClientLearnsThatNothingIsKnown() {
		Platform.SEARCH.on("/api/v1/search/silent", Answer.never());
		HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/search/silent");
		assertThat(answer.statusCode()).isEqualTo(504);
		assertThat(answer.body()).contains("\"code\":\"gateway_timeout\"");
	}

	@Test
	void serviceWhenItAnswersWithAnErrorThenTheErrorIsPassedOnAndCountsAsAnAnswer() {
		Platform.SEARCH.on("/api/v1/search/broken", Answer.json(500, "{\"code\":\"internal_error\"}"));
		for (int i = 0; i < 12; i++) {
			HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/search/broken");
			assertThat(answer.statusCode()).isEqualTo(500);
			assertThat(answer.body()).isEqualTo("{\"code\":\"internal_error\"}");
		}
		assertThat(this.breakers.circuitBreaker("route-search-service").getState())
				.isEqualTo(CircuitBreaker.State.CLOSED);
	}

	@Test
	void clientWhenItWaitsOnlySoLongThenTheServiceLearnsWhatIsLeft() {
		Platform.send(this.port, "GET", "/api/v1/search/patient", "X-Request-Timeout", "5s");
		assertThat(Platform.SEARCH.last("/api/v1/search/patient").header("X-Request-Timeout")).matches("4[0-9]{3}ms");
		assertThat(RawRequest.send(this.port, "GET /api/v1/search/patient HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
				+ "X-Request-Timeout: a while\r\n\r\n")).startsWith("HTTP/1.1 400").contains("x-request-timeout");
	}

	@Test
	void workWhenNobodyWaitsForItAnyMoreThenTheServiceIsToldByClosingItsConnection() {
		String path = "/api/v1/search/abandoned";
		AtomicInteger left = new AtomicInteger();
		Platform.SEARCH.on(path, (request, response) -> response
				.withConnection((connection) -> connection.onDispose(left::incrementAndGet))
				.neverComplete());
		HttpResponse<String> answer = Platform.send(this.port, "GET", path, "X-Request-Timeout", "300ms");
		assertThat(answer.statusCode()).isEqualTo(504);
		assertThat(answer.body()).contains("\"code\":\"deadline_exceeded\"");
		await().atMost(Duration.ofSeconds(2)).untilAtomic(left, equalTo(1));

		CompletableFuture<HttpResponse<String>> impatient = Platform.CLIENT.sendAsync(
				HttpRequest.newBuilder(Platform.uri(this.port, path)).build(), HttpResponse.BodyHandlers.ofString());
		await().atMost(Duration.ofSeconds(2)).until(() -> Platform.SEARCH.received(path).size() == 2);
		impatient.cancel(true);
		await().atMost(Duration.ofSeconds(2)).untilAtomic(left, equalTo(2));
		assertThat(this.breakers.circuitBreaker("route-search-service").getMetrics().getNumberOfFailedCalls())
				.as("it is not the service's fault")
				.isZero();
	}

	@Test
	void queryWhenItHasEscapesThenArrivesAsItWasSent() {
		Platform.send(this.port, "GET", "/api/v1/search/query?q=a%20b%26c%2Bd&x=%E2%82%AC");
		assertThat(Platform.SEARCH.last("/api/v1/search/query").uri())
				.isEqualTo("/api/v1/search/query?q=a%20b%26c%2Bd&x=%E2%82%AC");
	}

}
