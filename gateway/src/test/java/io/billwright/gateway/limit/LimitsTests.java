package io.billwright.gateway.limit;

import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.billwright.gateway.Gateways;
import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// An address may ask so little that a busy machine asks more.
@GatewayTest(properties = "billwright.gateway.limits.address=60/min burst 40")
class LimitsTests {

	private static final String PROBE = "/api/v1/search/probe";

	@LocalServerPort
	private int port;

	@Autowired
	private StringRedisTemplate redis;

	@Autowired
	private ConfigurableApplicationContext gateway;

	/// Until then it may forget at any moment whom it knows.
	@BeforeEach
	void awaitHearing() {
		await().atMost(Duration.ofSeconds(20)).until(() -> Gateways.hears(this.gateway));
	}

	@Test
	void principalWhenServedThenIsToldWhatItHasLeft() {
		String key = Platform.apiKey("live", "org_acme", "");
		HttpResponse<String> first = Platform.send(this.port, "GET", "/api/v1/invoices", "X-API-Key", key);
		assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"principal\";q=60;w=60");
		assertThat(first.headers().firstValue("RateLimit").orElseThrow()).isEqualTo("\"principal\";r=39;t=1");
	}

	@Test
	void principalWhenItsBucketIsEmptyThenIsRefusedWhereverItComesFrom() {
		String key = Platform.apiKey("live", "org_acme", "");
		HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/invoices", "X-API-Key", key);
		for (int i = 0; i < 120 && answer.statusCode() == 200; i++) {
			answer = Platform.send(this.port, "GET", "/api/v1/invoices", "X-API-Key", key);
		}
		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(answer.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"principal\";r=0;t=");
		assertThat(answer.body()).contains("\"code\":\"rate_limited\"");
		String other = Platform.apiKey("live", "org_acme", "");
		assertThat(Platform.send(this.port, "GET", "/api/v1/invoices", "X-API-Key", other).statusCode()).isEqualTo(200);
	}

	@Test
	void addressWhenAPathsBucketIsEmptyThenIsRefusedThereOnly() {
		String address = Platform.freshAddress();
		assertThat(from(address, PROBE).statusCode()).isEqualTo(200);
		HttpResponse<String> second = from(address, PROBE);
		assertThat(second.headers().firstValue("RateLimit-Policy").orElseThrow())
				.isEqualTo("\"address\";q=60;w=60, \"probe\";q=2;w=3600");
		HttpResponse<String> third = from(address, PROBE);
		assertThat(third.statusCode()).isEqualTo(429);
		assertThat(Integer.parseInt(third.headers().firstValue("Retry-After").orElseThrow())).isBetween(1700, 1801);
		assertThat(from(address, "/api/v1/search/other").statusCode()).isEqualTo(200);
		assertThat(from(Platform.freshAddress(), PROBE).statusCode()).isEqualTo(200);
	}

	@Test
	void addressWhenItsBucketIsEmptyThenNobodyIsAskedWhoComesFromIt() {
		String address = Platform.freshAddress();
		String known = Platform.apiKey("live", "org_acme", "");
		assertThat(withKey(address, known).statusCode()).isEqualTo(200);
		HttpResponse<String> answer = withKey(address, Platform.invent("live"));
		for (int i = 0; i < 400 && answer.statusCode() == 401; i++) {
			answer = withKey(address, Platform.invent("live"));
		}
		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue("\"address\";q=60;w=60");
		assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
		int asked = Platform.USERS.received("/internal/credentials/introspect").size();
		for (int i = 0; i < 20; i++) {
			answer = withKey(address, Platform.invent("live"));
			if (answer.statusCode() == 429) {
				break;
			}
			asked++;
		}
		assertThat(Platform.USERS.received("/internal/credentials/introspect")).hasSize(asked);
		assertThat(withKey(address, known).statusCode()).as("who is known pays for itself").isEqualTo(200);
	}

	@Test
	void keysWhenStoredThenCarryTheCallerAsHashTagAndExpire() {
		String address = Platform.freshAddress();
		from(address, PROBE);
		String key = "limit:{" + address + "}:probe";
		assertThat(this.redis.getExpire(key)).isBetween(1L, 1802L);
		assertThat(this.redis.hasKey("limit:{" + address + "}:address")).isTrue();
	}

	private HttpResponse<String> withKey(String address, String key) {
		return Platform.send(this.port, (request) -> request.uri(Platform.uri(this.port, "/api/v1/invoices"))
				.header("X-Forwarded-For", address)
				.header("X-API-Key", key));
	}

	private HttpResponse<String> from(String address, String path) {
		return Platform.send(this.port, (request) -> request.uri(Platform.uri(this.port, path))
				.header("X-Forwarded-For", address));
	}

}
