package io.billwright.gateway.limit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest(properties = {"spring.data.redis.url=${test.redis.url}", "billwright.gateway.redis.silence=3s"})
@DirtiesContext
class RedisAwayTests {

	private static final Path DIRECTORY = temporaryDirectory();

	private static final int PORT = freePort();

	private static ChildProcess redisProcess = startRedis();

	private static final String INVOICES = "/api/v1/invoices";

	@LocalServerPort
	private int port;

	@Autowired
	private StringRedisTemplate redis;

	@Autowired
	private MeterRegistry meters;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("test.redis.url", () -> "redis://127.0.0.1:" + PORT);
	}

	@AfterAll
	static void stopRedis() {
		redisProcess.close();
	}

	@Test
	void redisWhenAwayThenLimitsGoOnLocallyAndSessionsAreNeitherLostNorBelieved() {
		String session = Platform.session(this.redis);
		assertThat(withSession(session).statusCode()).isEqualTo(200);

		String unaware = Platform.apiKey("live", "org_missed", "");
		Platform.limits("org_missed", "gold", "");
		assertThat(told(unaware)).doesNotContain("organization");

		redisProcess.close();
		Platform.limits("org_missed", "gold", """
				{"applies_to":"organization","rate_limit":"7/h","dry_run":false}""");

		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			HttpResponse<String> answer = withSession(session);
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.body()).contains("\"code\":\"sessions_unavailable\"");
			assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
		});
		HttpResponse<String> onPublicPath = Platform.send(this.port, "GET", "/api/v1/auth/sessions", "Cookie",
				"__Host-billwright_session=" + session);
		assertThat(onPublicPath.statusCode()).isEqualTo(503);

		String key = Platform.apiKey("live", "org_acme", "");
		HttpResponse<String> answer = Platform.send(this.port, "GET", INVOICES, "X-API-Key", key);
		assertThat(answer.statusCode()).isEqualTo(200);
		for (int i = 0; i < 120 && answer.statusCode() == 200; i++) {
			answer = Platform.send(this.port, "GET", INVOICES, "X-API-Key", key);
		}
		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(this.meters.get("billwright.gateway.limit.decisions")
				.tags("policy", "principal", "store", "local", "decision", "refused")
				.counter()
				.count())
				.isPositive();

		redisProcess = startRedis();
		assertNoBurst(key);
		await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(told(unaware)).as("what was announced meanwhile was missed")
						.contains("\"organization\";q=7;w=3600"));
		await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
			assertThat(withSession(Platform.session(this.redis)).statusCode()).isEqualTo(200);
		});
	}

	/// Redis has forgotten everything; what was used here meanwhile is charged to it.
	private void assertNoBurst(String key) {
		double before = answeredByRedis();
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			Platform.send(this.port, "GET", INVOICES, "X-API-Key", key);
			return answeredByRedis() > before;
		});
		long served = java.util.stream.IntStream.range(0, 40)
				.filter((i) -> Platform.send(this.port, "GET", INVOICES, "X-API-Key", key).statusCode() == 200)
				.count();
		assertThat(served).as("one a second flows in, the burst of 40 does not come back").isLessThan(12);
	}

	private String told(String key) {
		return Platform.send(this.port, "GET", INVOICES, "X-API-Key", key)
				.headers()
				.firstValue("RateLimit-Policy")
				.orElse("");
	}

	private double answeredByRedis() {
		return this.meters.get("billwright.gateway.limit.decisions")
				.tags("policy", "principal", "store", "redis")
				.counters()
				.stream()
				.mapToDouble((counter) -> counter.count())
				.sum();
	}

	private HttpResponse<String> withSession(String session) {
		return Platform.send(this.port, "GET", INVOICES, "Cookie", "__Host-billwright_session=" + session);
	}

	private static ChildProcess startRedis() {
		RedisServer server = new RedisServer(DIRECTORY.resolve("data"), PORT, Durability.THROWAWAY);
		ChildProcess process = ChildProcess.start(server, DIRECTORY);
		process.awaitReady(server::probe, Duration.ofSeconds(30));
		return process;
	}

	private static Path temporaryDirectory() {
		try {
			return Files.createTempDirectory("gateway-redis-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
