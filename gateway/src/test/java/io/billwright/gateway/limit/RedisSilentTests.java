package io.billwright.gateway.limit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.SilentProxy;
import io.billwright.gateway.support.TestHash;
import io.billwright.platform.test.servers.EmbeddedServers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// A Redis that accepts connections and answers nothing, which no error ever tells.
@GatewayTest(properties = {"spring.data.redis.url=${test.redis.url}", "billwright.gateway.redis.counter-timeout=50ms",
	"billwright.gateway.redis.session-timeout=500ms", "billwright.gateway.redis.silence=3s"})
@DirtiesContext
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedisSilentTests {

	private static final String INVOICES = "/api/v1/invoices";

	private static final Duration BUDGET = Duration.ofMillis(50);

	/// What Redis did not answer in time is counted here, and there as well when it does it later.
	private static final Duration SELDOM = Duration.ofMillis(500);

	/// What a busy machine may add.
	private static final Duration SLACK = Duration.ofMillis(400);

	private static final URI REDIS = URI.create(EmbeddedServers.freshRedisUrl());

	private static final SilentProxy PROXY = new SilentProxy(REDIS.getPort(), true);

	private static final LettuceConnectionFactory DIRECT = new LettuceConnectionFactory(
			LettuceConnectionFactory.createRedisConfiguration(REDIS.toString()));

	private static StringRedisTemplate redis;

	@LocalServerPort
	private int port;

	@Autowired
	private Limits limits;

	@Autowired
	private MeterRegistry meters;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("test.redis.url", () -> "redis://127.0.0.1:" + PROXY.port() + REDIS.getPath());
	}

	@BeforeAll
	static void open() {
		DIRECT.afterPropertiesSet();
		redis = new StringRedisTemplate(DIRECT);
	}

	@AfterAll
	static void close() throws IOException {
		DIRECT.destroy();
		PROXY.close();
	}

	@Test
	@Order(1)
	void redisWhenSilentFromTheStartThenIsDoneWithout() throws Exception {
		assertLocalDecisions();
		PROXY.speak();
		awaitRedis();
	}

	@Test
	@Order(2)
	void redisWhenItFallsSilentThenIsDoneWithoutUntilItSpeaks() throws Exception {
		awaitRedis();
		String session = Platform.session(redis);
		assertThat(withSession(session).statusCode()).isEqualTo(200);

		PROXY.fallSilent();
		assertLocalDecisions();
		await().atMost(Duration.ofSeconds(5)).pollInterval(SELDOM).untilAsserted(() -> {
			HttpResponse<String> answer = withSession(session);
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.body()).contains("\"code\":\"sessions_unavailable\"");
		});

		PROXY.speak();
		awaitRedis();
		await().atMost(Duration.ofSeconds(20))
				.pollInterval(SELDOM)
				.untilAsserted(() -> assertThat(withSession(session).statusCode()).isEqualTo(200));
	}

	@Test
	@Order(3)
	void redisWhenItsConnectionsStaySilentForEverThenIsConnectedToAnew() throws Exception {
		awaitRedis();
		PROXY.fallSilent();
		assertLocalDecisions();
		PROXY.speakOnNewConnectionsOnly();
		awaitRedis();
		String session = Platform.session(redis);
		assertThat(withSession(session).statusCode()).isEqualTo(200);
		redis.delete("session:{" + TestHash.sha256(session) + "}");
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			redis.convertAndSend("credentials.revoked", TestHash.sha256(session));
			assertThat(withSession(session).statusCode()).isEqualTo(401);
		});
	}

	private void assertLocalDecisions() throws InterruptedException {
		double before = decisions("local");
		Instant start = Instant.now();
		for (int i = 0; i < 50; i++) {
			assertThat(decide()).isLessThan(BUDGET.plus(SLACK));
		}
		assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(3));
		assertThat(decisions("local") - before).isEqualTo(50);

		String key = Platform.apiKey("live", "org_acme", "");
		Queue<Integer> answers = new ConcurrentLinkedQueue<>();
		CountDownLatch answered = new CountDownLatch(60);
		IntStream.range(0, 60).forEach((i) -> Thread.ofVirtual().start(() -> {
			answers.add(Platform.send(this.port, "GET", INVOICES, "X-API-Key", key).statusCode());
			answered.countDown();
		}));
		CountDownLatch free = new CountDownLatch(2 * Schedulers.DEFAULT_POOL_SIZE);
		IntStream.range(0, 2 * Schedulers.DEFAULT_POOL_SIZE)
				.forEach((i) -> Schedulers.parallel().createWorker().schedule(free::countDown));
		assertThat(free.await(SLACK.toMillis(), TimeUnit.MILLISECONDS)).as("no parallel thread is held up").isTrue();
		assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(answers).contains(200, 429).containsOnly(200, 429);
	}

	private void awaitRedis() {
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			double before = decisions("redis");
			decide();
			return decisions("redis") > before;
		});
	}

	private Duration decide() {
		long start = System.nanoTime();
		StepVerifier.create(this.limits.chargeAddress(Platform.freshAddress(),
				MockServerWebExchange.from(MockServerHttpRequest.get("/"))))
				.expectComplete()
				.verify(Duration.ofSeconds(10));
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private double decisions(String store) {
		return this.meters.find("billwright.gateway.limit.decisions")
				.tag("store", store)
				.counters()
				.stream()
				.mapToDouble((counter) -> counter.count())
				.sum();
	}

	private HttpResponse<String> withSession(String session) {
		return Platform.send(this.port, "GET", INVOICES, "Cookie", "__Host-billwright_session=" + session);
	}

}
