package io.billwright.platform.clients;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.deadline.Deadline;
import io.billwright.platform.deadline.DeadlineExceeded;
import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.platform.observability.RequestId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ClientsTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final List<HttpHeaders> received = new CopyOnWriteArrayList<>();

	private volatile BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> behaviour = ClientsTests::ok;

	private DisposableServer server;

	@BeforeEach
	void start() {
		this.server = HttpServer.create().port(0).handle((request, response) -> {
			this.received.add(request.requestHeaders().copy());
			return this.behaviour.apply(request, response);
		}).bindNow();
	}

	@AfterEach
	void stop() {
		this.server.disposeNow();
	}

	@Test
	void getWhenServerRecoversThenRetriedUntilItAnswers() {
		this.behaviour = (request, response) -> (this.received.size() < 3)
				? response.status(503).send()
				: ok(request, response);
		withClient((client) -> StepVerifier.create(get(client)).expectNext("ok").expectComplete().verify(LIMIT));
		assertThat(this.received).hasSize(3);
	}

	@Test
	void callWhenSomebodyWaitsOnlySoLongThenTheOtherLearnsWhatIsLeft() {
		withClient((client) -> {
			StepVerifier.create(get(client).contextWrite((context) -> context.put(Deadline.class,
					Deadline.in(Duration.ofSeconds(5))))).expectNext("ok").expectComplete().verify(LIMIT);
			StepVerifier.create(get(client).contextWrite((context) -> context.put(Deadline.class,
					Deadline.in(Duration.ofSeconds(-5))))).expectError(DeadlineExceeded.class).verify(LIMIT);
		});
		assertThat(this.received).singleElement()
				.satisfies((headers) -> assertThat(headers.get("X-Request-Timeout")).matches("[34][0-9]{3}ms"));
	}

	@Test
	void postWhenServerFailsThenNotRepeated() {
		this.behaviour = (request, response) -> response.status(503).send();
		withClient((client) -> StepVerifier.create(client.post().uri("/things").retrieve().bodyToMono(String.class))
				.expectErrorSatisfies(ClientsTests::isUserServiceUnavailable)
				.verify(LIMIT));
		assertThat(this.received).hasSize(1);
	}

	@Test
	void postWhenItHasAnIdempotencyKeyThenRepeated() {
		this.behaviour = (request, response) -> (this.received.size() < 2)
				? response.status(502).send()
				: ok(request, response);
		withClient((client) -> StepVerifier
				.create(client.post().uri("/things").header("Idempotency-Key", "k1").retrieve()
						.bodyToMono(String.class))
				.expectNext("ok")
				.expectComplete()
				.verify(LIMIT));
	}

	@Test
	void postWhenItOnlyReadsThenRepeated() {
		this.behaviour = (request, response) -> (this.received.size() < 2)
				? response.status(503).send()
				: ok(request, response);
		withClient((client) -> StepVerifier
				.create(client.post().uri("/look-ups").attributes(Clients::reading).retrieve()
						.bodyToMono(String.class))
				.expectNext("ok")
				.expectComplete()
				.verify(LIMIT));
	}

	@Test
	void getWhenServerIsSilentThenUnavailable() {
		this.behaviour = (request, response) -> Mono.never();
		withClient((client) -> StepVerifier.create(get(client))
				.expectErrorSatisfies(ClientsTests::isUserServiceUnavailable)
				.verify(LIMIT), "response-timeout=200ms", "max-attempts=1");
	}

	@Test
	void getWhenBodyStopsHalfWayThenUnavailable() {
		this.behaviour = (request, response) -> response.sendString(Flux.just("half").concatWith(Mono.never()));
		withClient((client) -> StepVerifier.create(get(client))
				.expectErrorSatisfies((failure) -> isUserServiceUnavailable(failure.getCause()))
				.verify(LIMIT), "response-timeout=200ms");
	}

	@Test
	void getWhenNobodyListensThenUnavailableAndTheCauseIsKept() {
		this.server.disposeNow();
		withClient((client) -> StepVerifier.create(get(client))
				.expectErrorSatisfies((failure) -> {
					isUserServiceUnavailable(failure);
					assertThat(failure).hasCauseInstanceOf(ConnectException.class);
				})
				.verify(LIMIT));
	}

	@Test
	void getWhenClientErrorThenItIsTheCallersToRead() {
		this.behaviour = (request, response) -> response.status(404).send();
		withClient((client) -> StepVerifier.create(get(client))
				.expectError(WebClientResponseException.NotFound.class)
				.verify(LIMIT));
		assertThat(this.received).hasSize(1);
	}

	@Test
	void breakerWhenServerKeepsFailingThenItIsLeftAlone() {
		this.behaviour = (request, response) -> response.status(500).send();
		withClient((client) -> StepVerifier.create(failures(client, 20)).expectNext(20L).expectComplete().verify(LIMIT),
				"failure-window=5", "open-for=1m");
		assertThat(this.received).hasSize(5);
	}

	@Test
	void retriesWhenServerKeepsFailingThenAtMostTenPercent() {
		this.behaviour = (request, response) -> response.status(503).send();
		withClient((client) -> StepVerifier.create(failures(client, 200)).expectNext(200L).expectComplete()
				.verify(LIMIT), "failure-window=10000", "retry-backoff=1ms");
		assertThat(this.received).hasSizeGreaterThan(205).hasSizeLessThanOrEqualTo(200 + 20 + 10);
	}

	@Test
	void requestWhenMadeForACallerThenSaysSo() {
		Caller caller = new Caller(CallerKind.SERVICE, "gateway", null, Set.of(), null, null, "the.passport.itself");
		withClient((client) -> StepVerifier
				.create(get(client).contextWrite((context) -> context.put(Caller.class, caller)
						.put(RequestId.class, new RequestId("request-1"))))
				.expectNext("ok")
				.expectComplete()
				.verify(LIMIT));
		assertThat(this.received.getFirst().get("X-Billwright-Passport")).isEqualTo("the.passport.itself");
		assertThat(this.received.getFirst().get("X-Request-Id")).isEqualTo("request-1");
	}

	@Test
	void requestWhenMadeForNobodyThenCarriesNoPassport() {
		withClient((client) -> StepVerifier.create(get(client)).expectNext("ok").expectComplete().verify(LIMIT));
		assertThat(this.received.getFirst().contains("X-Billwright-Passport")).isFalse();
	}

	@Test
	void answerWhenItHasUnknownFieldsThenTheyAreIgnored() {
		this.behaviour = (request, response) -> response.header("Content-Type", "application/json")
				.sendString(Mono.just("{\"known\":\"1\",\"newer\":\"2\"}"));
		withClient((client) -> StepVerifier.create(client.get().uri("/").retrieve().bodyToMono(Known.class))
				.expectNext(new Known("1"))
				.expectComplete()
				.verify(LIMIT));
	}

	@Test
	void clientWhenNotConfiguredThenSaysWhatToSet() {
		runner().run((context) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> context.getBean(Clients.class).named("search-service"))
				.withMessageContaining("set billwright.clients.search-service.base-url"));
	}

	@Test
	void clientWhenAskedForTwiceThenIsTheSame() {
		withClients((clients) -> assertThat(clients.named("user-service")).isSameAs(clients.named("user-service")));
	}

	@Test
	void retriesWhenMadeThenCounted() {
		this.behaviour = (request, response) -> (this.received.size() < 2)
				? response.status(503).send()
				: ok(request, response);
		listening().run((context) -> {
			StepVerifier.create(get(context.getBean(Clients.class).named("user-service")))
					.expectNext("ok")
					.expectComplete()
					.verify(LIMIT);
			assertThat(context.getBean(MeterRegistry.class).get("client.retries").tag("client.name", "user-service")
					.counter().count()).isEqualTo(1);
		});
	}

	private static Publisher<Void> ok(HttpServerRequest request, HttpServerResponse response) {
		return response.sendString(Mono.just("ok"));
	}

	private static Mono<String> get(WebClient client) {
		return client.get().uri("/things").retrieve().bodyToMono(String.class);
	}

	private static Mono<Long> failures(WebClient client, int requests) {
		return Flux.range(0, requests)
				.concatMap((i) -> get(client).onErrorResume(Unavailable.class, (ex) -> Mono.just("failed")))
				.filter("failed"::equals)
				.count();
	}

	private static void isUserServiceUnavailable(Throwable failure) {
		assertThat(failure).isInstanceOfSatisfying(Unavailable.class,
				(unavailable) -> assertThat(unavailable.code()).isEqualTo("user_service_unavailable"));
	}

	private void withClient(java.util.function.Consumer<WebClient> test, String... settings) {
		withClients((clients) -> test.accept(clients.named("user-service")), settings);
	}

	private void withClients(java.util.function.Consumer<Clients> test, String... settings) {
		ApplicationContextRunner runner = listening();
		for (String setting : settings) {
			runner = runner.withPropertyValues("billwright.clients.user-service." + setting);
		}
		runner.run((context) -> test.accept(context.getBean(Clients.class)));
	}

	private ApplicationContextRunner listening() {
		return runner().withPropertyValues(
				"billwright.clients.user-service.base-url=http://localhost:" + this.server.port());
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ClientsAutoConfiguration.class))
				.withBean(JsonMapper.class, () -> JsonMapper.builder().build())
				.withBean(MeterRegistry.class, SimpleMeterRegistry::new);
	}

	private record Known(String known) {}

}
