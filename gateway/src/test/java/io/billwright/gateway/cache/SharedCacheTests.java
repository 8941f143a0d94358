package io.billwright.gateway.cache;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.test.annotation.DirtiesContext;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

import io.billwright.gateway.Gateways;
import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// What each path is answered says how often its service was asked, so a repeated answer is one that was kept.
@GatewayTest(properties = {"billwright.gateway.routes.invoice-service.cache=true",
	"billwright.gateway.routes.search-service.cache=true", "billwright.gateway.cache.body=20KB",
	"billwright.gateway.limits.principal=100000/min", "billwright.gateway.limits.address=100000/min",
	"billwright.gateway.cache.patience=2s"})
@DirtiesContext
class SharedCacheTests {

	private static final AtomicInteger PATHS = new AtomicInteger();

	private final AtomicInteger asked = new AtomicInteger();

	/// One that nothing else uses, for callers who show who they are.
	private final String path = "/api/v1/invoices/cached-" + PATHS.incrementAndGet();

	/// The same for callers who do not.
	private final String open = "/api/v1/search/cached-" + PATHS.incrementAndGet();

	private final String key = Platform.apiKey("live", "org_acme", "");

	@LocalServerPort
	private int port;

	@Autowired
	private SharedCache cache;

	@Autowired
	private StringRedisTemplate redis;

	@Autowired
	private Environment environment;

	@BeforeEach
	void awaitHearing() {
		await().atMost(Duration.ofSeconds(20)).until(this.cache::isHearing);
	}

	@Test
	void answerWhenItsServiceSaysSoThenIsKeptForEverybodyOfTheOrganizationAndNobodyElse() {
		serve(this.path, "CDN-Cache-Control", "max-age=60");
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("1");
		HttpResponse<String> again = get(this.path, "X-API-Key", this.key);
		assertThat(again.body()).isEqualTo("1");
		assertThat(header(again, "Cache-Status")).startsWith("billwright; hit; ttl=");
		assertThat(header(again, "Age")).isEqualTo("0");
		assertThat(header(again, "Cache-Control")).as("of browsers nothing was said").isEqualTo("no-store");
		assertThat(again.headers().firstValue("CDN-Cache-Control")).isEmpty();
		assertThat(again.headers().firstValue("X-Request-Id"))
				.isNotEqualTo(get(this.path, "X-API-Key", this.key).headers().firstValue("X-Request-Id"));

		assertThat(get(this.path, "X-API-Key", Platform.apiKey("live", "org_acme", "")).body()).isEqualTo("1");
		assertThat(get(this.path, "X-API-Key", Platform.apiKey("test", "org_acme", "")).body()).isEqualTo("2");
		assertThat(get(this.path, "X-API-Key", Platform.apiKey("live", "org_other", "")).body()).isEqualTo("3");
		assertThat(get(this.path + "?a=b", "X-API-Key", this.key).body()).isEqualTo("4");
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "max-age=60", "private, s-maxage=60", "no-store, public, max-age=60", "public",
		"public, max-age=soon"})
	void answerWhenItsServiceDoesNotSayThatItIsForOthersThenIsNotKept(String control) {
		serve(this.path, "Cache-Control", control);
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("1");
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("2");
	}

	@Test
	void answerWhenItSetsACookieOrDependsOnEverythingOrIsTooLargeThenIsNotKept() {
		assertNotKept("Set-Cookie", "a=b");
		assertNotKept("Vary", "*");
		on(this.open, (response) -> response.header("Cache-Control", "max-age=60")
				.sendString(Mono.just("a".repeat(30_000) + this.asked.get())));
		assertThat(get(this.open).body()).isNotEqualTo(get(this.open).body());
	}

	/// Nobody can tell how old it is.
	@ParameterizedTest
	@ValueSource(strings = {"soon", "-1", "1.0", "0, 0", "0;a=b"})
	void answerWhenItsAgeCannotBeReadThenIsOver(String age) {
		on(this.open, (response) -> response.header("Cache-Control", "max-age=60")
				.header("Age", age)
				.sendString(Mono.just(this.asked.toString())));
		assertThat(get(this.open).body()).isEqualTo("1");
		assertThat(get(this.open).body()).isEqualTo("2");
	}

	@Test
	void callerWhenRevokedThenGetsNothingThatIsKept() {
		serve(this.path, "Cache-Control", "public, max-age=60");
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("1");
		assertThat(get(this.path).statusCode()).isEqualTo(401);
		assertThat(get(this.path, "X-API-Key", Platform.invent("live")).statusCode()).isEqualTo(401);
	}

	@Test
	void answerWhenItVariesThenEachVariantIsKeptForItself() {
		on(this.open, (response) -> response.header("Cache-Control", "max-age=60")
				.header("Vary", "Accept-Language")
				.sendString(Mono.just(this.asked.toString())));
		assertThat(get(this.open, "Accept-Language", "de").body()).isEqualTo("1");
		assertThat(get(this.open, "Accept-Language", "en").body()).isEqualTo("2");
		assertThat(get(this.open, "Accept-Language", "de").body()).isEqualTo("1");
		assertThat(get(this.open, "Accept-Language", "en").body()).isEqualTo("2");
		assertThat(get(this.open).body()).isEqualTo("3");
	}

	@Test
	void clientWhenItHasItAlreadyThenIsToldSoWithoutItsService() {
		on(this.open, (response) -> response.header("Cache-Control", "max-age=60")
				.header("ETag", "\"1\"")
				.header("Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")
				.sendString(Mono.just(this.asked.toString())));
		assertThat(get(this.open, "If-None-Match", "\"1\"").statusCode()).as("by the first answer").isEqualTo(304);
		HttpResponse<String> known = get(this.open, "If-None-Match", "\"0\", W/\"1-gzip\"");
		assertThat(known.statusCode()).isEqualTo(304);
		assertThat(header(known, "ETag")).as("as the client knows it").isEqualTo("\"1-gzip\"");
		assertThat(known.body()).isEmpty();
		assertThat(get(this.open, "If-Modified-Since", "Sat, 21 Nov 2026 10:00:00 GMT").statusCode()).isEqualTo(304);
		assertThat(get(this.open, "If-None-Match", "\"0\"").body()).isEqualTo("1");
		assertThat(Platform.send(this.port, "HEAD", this.open).headers().firstValue("Content-Length")).hasValue("1");
		assertThat(this.asked).hasValue(1);
	}

	@Test
	void answerWhenItIsOverThenItsServiceIsAskedWhetherItIsStillTrue() {
		Platform.SEARCH.on(this.open, (request, response) -> {
			this.asked.incrementAndGet();
			return request.header("If-None-Match").equals("\"1\"")
					? response.status(304).header("ETag", "\"1\"").header("Cache-Control", "max-age=60").send()
					: response.header("Cache-Control", "no-cache").header("ETag", "\"1\"")
							.sendString(Mono.just("first"));
		});
		assertThat(get(this.open).body()).isEqualTo("first");
		HttpResponse<String> validated = get(this.open);
		assertThat(validated.body()).isEqualTo("first");
		assertThat(header(validated, "Cache-Status")).isEqualTo("billwright; fwd=stale; fwd-status=304");
		assertThat(this.asked).hasValue(2);
		assertThat(get(this.open).body()).isEqualTo("first");
		assertThat(this.asked).as("fresh again").hasValue(2);
	}

	@Test
	void answerWhenItIsOverButMayBeGivenOutThenIsAndItsServiceIsAskedMeanwhile() {
		serve(this.open, "Cache-Control", "max-age=0, stale-while-revalidate=60");
		assertThat(get(this.open).body()).isEqualTo("1");
		HttpResponse<String> stale = get(this.open);
		assertThat(stale.body()).isEqualTo("1");
		assertThat(header(stale, "Cache-Status")).contains("hit").contains("stale-while-revalidate");
		await().atMost(Duration.ofSeconds(10)).untilAtomic(this.asked, org.hamcrest.Matchers.equalTo(2));
		await().atMost(Duration.ofSeconds(10)).until(() -> !get(this.open).body().equals("1"));
	}

	@Test
	void answerWhenItsServiceFailsThenOneThatIsOverStandsIn() {
		serve(this.open, "Cache-Control", "max-age=0, stale-if-error=60");
		assertThat(get(this.open).body()).isEqualTo("1");
		Platform.SEARCH.on(this.open, StubService.Answer.json(500, "{}"));
		HttpResponse<String> stale = get(this.open);
		assertThat(stale.statusCode()).isEqualTo(200);
		assertThat(header(stale, "Cache-Status")).contains("stale-if-error");
		Platform.SEARCH.on(this.open, StubService.Answer.never());
		assertThat(get(this.open).body()).as("silence").isEqualTo("1");
		Platform.SEARCH.on(this.open, StubService.Answer.json(404, "{}"));
		assertThat(get(this.open).statusCode()).as("an answer").isEqualTo(404);
	}

	@Test
	void requestsWhenTheyAskTheSameAtTheSameTimeThenOneIsPassedOn() throws Exception {
		on(this.open, (response) -> response.header("Cache-Control", "max-age=60")
				.sendString(Mono.just(this.asked.toString()).delayElement(Duration.ofMillis(500))));
		List<CompletableFuture<String>> answers = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 20; i++) {
				answers.add(CompletableFuture.supplyAsync(
						() -> get(this.open, "X-Forwarded-For", Platform.freshAddress()).body(), threads));
			}
		}
		assertThat(answers).allSatisfy((answer) -> assertThat(answer.join()).isEqualTo("1"));
		assertThat(this.asked).hasValue(1);
	}

	/// One after the other they would take 20 s.
	@Test
	void requestsWhenTheirAnswersCannotBeKeptThenDoNotWaitForOneAnother() throws Exception {
		on(this.open, (response) -> response.sendString(Mono.just("a").delayElement(Duration.ofSeconds(1))));
		long start = System.nanoTime();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 20; i++) {
				threads.execute(() -> get(this.open, "X-Forwarded-For", Platform.freshAddress()));
			}
		}
		assertThat(this.asked).hasValue(20);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void writeWhenDoneThenWhatItConcernsIsNotKeptAnyMore() {
		serve(this.path, "Cache-Control", "public, max-age=60");
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("1");
		String other = Platform.apiKey("live", "org_other", "");
		assertThat(get(this.path, "X-API-Key", other).body()).isEqualTo("2");
		Platform.INVOICES.on(this.path + "/finalize", StubService.Answer.json(422, "{}"));
		Platform.send(this.port, "POST", this.path + "/finalize", "X-API-Key", this.key);
		assertThat(get(this.path, "X-API-Key", this.key).body()).as("nothing was changed").isEqualTo("1");
		Platform.INVOICES.on(this.path + "/finalize", StubService.Answer.json(200, "{}"));
		Platform.send(this.port, "POST", this.path + "/finalize", "X-API-Key", this.key);
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("3");
		assertThat(get(this.path, "X-API-Key", other).body()).as("somebody else's").isEqualTo("2");
	}

	@Test
	void tagWhenPurgedThenWhatBearsItIsNotKeptAnyMore() {
		on(this.path, (response) -> response.header("Cache-Control", "public, max-age=60")
				.header("Cache-Tag", "customers, cus_1")
				.sendString(Mono.just(this.asked.toString())));
		HttpResponse<String> first = get(this.path, "X-API-Key", this.key);
		assertThat(first.headers().firstValue("Cache-Tag")).isEmpty();
		this.redis.convertAndSend("edge-cache.purged", "org_acme cus_2");
		this.redis.convertAndSend("edge-cache.purged", "org_other cus_1");
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("1");
		this.redis.convertAndSend("edge-cache.purged", "org_acme cus_0 cus_1");
		await().atMost(Duration.ofSeconds(5)).until(() -> get(this.path, "X-API-Key", this.key).body().equals("2"));

		Platform.INVOICES.on(this.path + "/other", (request, response) -> response.status(200)
				.header("Cache-Purge", "customers")
				.send());
		Platform.send(this.port, "POST", "/api/v1/invoices/another", "X-API-Key", this.key);
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("2");
		assertThat(Platform.send(this.port, "POST", this.path + "/other", "X-API-Key", this.key).headers()
				.firstValue("Cache-Purge")).isEmpty();
		assertThat(get(this.path, "X-API-Key", this.key).body()).isEqualTo("3");
	}

	@Test
	void writeWhenDoneThroughOneGatewayThenOthersForgetWithinASecond() {
		serve(this.path, "Cache-Control", "public, max-age=60");
		try (ConfigurableApplicationContext other = Gateways.start(Map.of("server.port", "0", "spring.data.redis.url",
				this.environment.getRequiredProperty("spring.data.redis.url"),
				"billwright.gateway.routes.invoice-service.cache", "true"))) {
			int there = Integer.parseInt(other.getEnvironment().getRequiredProperty("local.server.port"));
			await().atMost(Duration.ofSeconds(20)).until(other.getBean(SharedCache.class)::isHearing);
			String[] key = {"X-API-Key", this.key};
			assertThat(Platform.send(there, "GET", this.path, key).body()).isEqualTo("1");
			assertThat(Platform.send(there, "GET", this.path, key).body()).isEqualTo("1");
			assertThat(get(this.path, key).body()).as("each keeps its own").isEqualTo("2");
			Platform.send(this.port, "PUT", this.path + "/line", key);
			await().atMost(Duration.ofSeconds(1))
					.until(() -> !Platform.send(there, "GET", this.path, key).body().equals("1"));
		}
	}

	/// The subscription is cut, and a purge may fall into the gap.
	@Test
	void subscriptionWhenCutThenEverythingIsForgotten() {
		serve(this.open, "Cache-Control", "max-age=60");
		assertThat(get(this.open).body()).isEqualTo("1");
		assertThat(get(this.open).body()).isEqualTo("1");
		try (RedisClient client = RedisClient
				.create(this.environment.getRequiredProperty("spring.data.redis.url"))) {
			client.connect().sync().clientKill(KillArgs.Builder.typePubsub());
		}
		await().atMost(Duration.ofSeconds(5)).until(() -> !get(this.open).body().equals("1"));
	}

	@Test
	void clientWhenItWantsNothingKeptThenGetsNothingKept() {
		serve(this.open, "Cache-Control", "max-age=60");
		assertThat(get(this.open).body()).isEqualTo("1");
		assertThat(get(this.open, "Cache-Control", "no-cache").body()).isEqualTo("2");
		assertThat(get(this.open).body()).as("it replaces what was kept").isEqualTo("2");
		assertThat(get(this.open, "Cache-Control", "no-store").body()).isEqualTo("3");
		assertThat(get(this.open).body()).isEqualTo("2");
		assertThat(get(this.open, "Range", "bytes=0-0").body()).isEqualTo("4");
		assertThat(get(this.open + "?none", "Cache-Control", "only-if-cached").statusCode()).isEqualTo(504);
	}

	@Test
	void routeWhenItDoesNotSayThatItIsCachedThenIsNot() {
		Platform.ANALYTICS.on("/api/v1/usage/cached", (request, response) -> response
				.header("Cache-Control", "max-age=60")
				.sendString(Mono.just(Integer.toString(this.asked.incrementAndGet()))));
		assertThat(get("/api/v1/usage/cached").body()).isEqualTo("1");
		HttpResponse<String> again = get("/api/v1/usage/cached");
		assertThat(again.body()).isEqualTo("2");
		assertThat(again.headers().firstValue("Cache-Status")).isEmpty();
	}

	private void assertNotKept(String name, String value) {
		String fresh = this.open + "-" + name;
		on(fresh, (response) -> response.header("Cache-Control", "max-age=60")
				.header(name, value)
				.sendString(Mono.just(this.asked.toString())));
		assertThat(get(fresh).body()).isNotEqualTo(get(fresh).body());
	}

	private void serve(String at, String name, String value) {
		on(at, (response) -> (value.isEmpty() ? response : response.header(name, value))
				.sendString(Mono.just(this.asked.toString())));
	}

	private void on(String at,
			java.util.function.Function<HttpServerResponse, org.reactivestreams.Publisher<Void>> answer) {
		StubService service = at.startsWith("/api/v1/invoices") ? Platform.INVOICES : Platform.SEARCH;
		service.on(at, (request, response) -> {
			this.asked.incrementAndGet();
			return answer.apply(response);
		});
	}

	private HttpResponse<String> get(String at, String... headers) {
		return Platform.send(this.port, "GET", at, headers);
	}

	private static String header(HttpResponse<String> answer, String name) {
		return answer.headers().firstValue(name).orElse("");
	}

}
