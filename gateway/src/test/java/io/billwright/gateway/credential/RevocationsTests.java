package io.billwright.gateway.credential;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.billwright.gateway.Gateways;
import io.billwright.gateway.redis.Announcements;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.SilentProxy;
import io.billwright.gateway.support.TestHash;
import io.billwright.gateway.support.TestKeys;
import io.billwright.platform.test.servers.EmbeddedServers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Two gateways at one Redis, the second of them behind a proxy. Both believe what they have checked for an hour, so that
/// whatever they forget in a test they have been told to forget.
class RevocationsTests {

	private static final String INVOICES = "/api/v1/invoices";

	/// One second, and what a busy machine may add.
	private static final Duration PROMISE = Duration.ofSeconds(1).plusSeconds(2);

	private static final URI REDIS = URI.create(EmbeddedServers.freshRedisUrl());

	private static final SilentProxy PROXY = new SilentProxy(REDIS.getPort(), false);

	private static final LettuceConnectionFactory DIRECT = new LettuceConnectionFactory(
			LettuceConnectionFactory.createRedisConfiguration(REDIS.toString()));

	private static ConfigurableApplicationContext first;

	private static ConfigurableApplicationContext second;

	private static StringRedisTemplate redis;

	@BeforeAll
	static void open() {
		DIRECT.afterPropertiesSet();
		redis = new StringRedisTemplate(DIRECT);
		first = gateway(REDIS.toString());
		second = gateway("redis://127.0.0.1:" + PROXY.port() + REDIS.getPath());
	}

	@AfterAll
	static void close() throws IOException {
		first.close();
		second.close();
		DIRECT.destroy();
		PROXY.close();
	}

	@BeforeEach
	void awaitHearing() {
		await().atMost(Duration.ofSeconds(20)).until(() -> Gateways.hears(first) && Gateways.hears(second));
	}

	@Test
	void keyWhenRevokedThenBothForgetItWithinASecond() {
		String key = Platform.apiKey("live", "org_acme", "");
		assertForgotten("X-API-Key", key, () -> {
			Platform.forget(key);
			publish(TestHash.sha256(key));
		});
	}

	@Test
	void sessionWhenEndedThenBothForgetItWithinASecond() {
		String session = Platform.session(redis);
		assertForgotten("Cookie", "__Host-billwright_session=" + session, () -> {
			redis.delete("session:{" + TestHash.sha256(session) + "}");
			publish(TestHash.sha256(session));
		});
	}

	@Test
	void organizationWhenRevokedThenBothForgetItsKeysAndNoOthers() {
		String key = Platform.apiKey("live", "org_closed", "");
		String other = Platform.apiKey("live", "org_open", "");
		both().forEach((port) -> assertThat(status(port, "X-API-Key", other)).isEqualTo(200));
		Platform.forget(other);
		assertForgotten("X-API-Key", key, () -> {
			Platform.forget(key);
			publish("org:org_closed");
		});
		both().forEach((port) -> assertThat(status(port, "X-API-Key", other)).isEqualTo(200));
	}

	@Test
	void keyWhenItWasRefusedAndIsGoodMeanwhileThenBothLearnOfItWithinASecond() {
		String key = Platform.invent("live");
		both().forEach((port) -> assertThat(status(port, "X-API-Key", key)).isEqualTo(401));
		Platform.remember(key, "live", "org_acme", "");
		both().forEach((port) -> assertThat(status(port, "X-API-Key", key)).isEqualTo(401));
		publish(TestHash.sha256(key));
		both().forEach((port) -> await().atMost(PROMISE).until(() -> status(port, "X-API-Key", key) == 200));
	}

	/// The subscriptions are cut, and the revocation falls into the gap.
	@Test
	void subscriptionWhenCutThenEverythingIsForgottenAndHeardAgain() {
		String key = Platform.apiKey("live", "org_acme", "");
		String session = Platform.session(redis);
		String cookie = "__Host-billwright_session=" + session;
		both().forEach((port) -> assertThat(status(port, "X-API-Key", key)).isEqualTo(200));
		both().forEach((port) -> assertThat(status(port, "Cookie", cookie)).isEqualTo(200));
		Platform.forget(key);
		redis.delete("session:{" + TestHash.sha256(session) + "}");

		try (RedisClient client = RedisClient.create(REDIS.toString())) {
			client.connect().sync().clientKill(KillArgs.Builder.typePubsub());
		}

		both().forEach((port) -> await().atMost(PROMISE).until(() -> status(port, "X-API-Key", key) == 401));
		both().forEach((port) -> await().atMost(PROMISE).until(() -> status(port, "Cookie", cookie) == 401));
		awaitHearing();
		keyWhenRevokedThenBothForgetItWithinASecond();
	}

	/// Nothing tells a gateway that what it listens to has become deaf, but for its own voice that it does not hear.
	@Test
	void subscriptionWhenSilentThenEverythingIsForgottenAndHeardAgain() {
		String key = Platform.apiKey("live", "org_acme", "");
		assertThat(status(port(second), "X-API-Key", key)).isEqualTo(200);
		PROXY.silenceSubscriptions();
		Platform.forget(key);
		publish(TestHash.sha256(key));
		await().atMost(Duration.ofSeconds(10)).until(() -> status(port(second), "X-API-Key", key) == 401);
		awaitHearing();
		keyWhenRevokedThenBothForgetItWithinASecond();
	}

	/// Nothing is published here at all.
	@Test
	void verdictWhenNothingCanBeHeardThenIsBelievedForASecondOnly() {
		Announcements revocations = first.getBean("revokedCredentials", Announcements.class);
		String key = Platform.apiKey("live", "org_acme", "");
		assertThat(status(port(first), "X-API-Key", key)).isEqualTo(200);
		Platform.forget(key);
		assertThat(status(port(first), "X-API-Key", key)).isEqualTo(200);
		revocations.stop();
		try {
			Platform.remember(key, "live", "org_acme", "");
			assertThat(status(port(first), "X-API-Key", key)).isEqualTo(200);
			Platform.forget(key);
			await().atMost(Duration.ofSeconds(3)).until(() -> status(port(first), "X-API-Key", key) == 401);
		}
		finally {
			revocations.start();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {"api_key", "session", "access_token"})
	void credentialWhenHotThenIsCheckedOnceAndItsPassportSignedOnce(String kind) {
		String[] header = switch (kind) {
			case "api_key" -> new String[]{"X-API-Key", Platform.apiKey("live", "org_acme", "")};
			case "session" -> new String[]{"Cookie", "__Host-billwright_session=" + Platform.session(redis)};
			default -> new String[]{"Authorization",
				"Bearer " + Platform.accessToken(TestKeys.ACCESS_TOKEN, (claims) -> {
				})};
		};
		assertCheckedOnce(kind, header, 200);
		assertThat(Platform.INVOICES.received(INVOICES)).hasSize(10)
				.extracting((request) -> request.header("X-Billwright-Passport"))
				.containsOnly(Platform.INVOICES.last(INVOICES).header("X-Billwright-Passport"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"api_key", "session", "access_token"})
	void credentialWhenRefusedThenTheRefusalIsRememberedToo(String kind) {
		String[] header = switch (kind) {
			case "api_key" -> new String[]{"X-API-Key", Platform.invent("live")};
			case "session" -> new String[]{"Cookie", "__Host-billwright_session=" + Platform.freshAddress()};
			default -> new String[]{"Authorization", "Bearer " + Platform.accessToken(TestKeys.FOREIGN, (claims) -> {
			})};
		};
		assertCheckedOnce(kind, header, 401);
	}

	private static void assertCheckedOnce(String kind, String[] header, int expected) {
		Platform.INVOICES.forget();
		IntSupplier checks = () -> (int) first.getBean(MeterRegistry.class)
				.counter("billwright.gateway.credential.checks", "kind", kind)
				.count();
		int before = checks.getAsInt();
		for (int i = 0; i < 10; i++) {
			assertThat(status(port(first), header[0], header[1])).isEqualTo(expected);
		}
		assertThat(checks.getAsInt() - before).isEqualTo(1);
	}

	private static void assertForgotten(String header, String credential, Runnable revocation) {
		both().forEach((port) -> assertThat(status(port, header, credential)).isEqualTo(200));
		revocation.run();
		long start = System.nanoTime();
		both().forEach((port) -> await().atMost(PROMISE)
				.pollInterval(Duration.ofMillis(50))
				.until(() -> status(port, header, credential) == 401));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMISE);
	}

	private static void publish(String revoked) {
		redis.convertAndSend("credentials.revoked", revoked);
	}

	private static int status(int port, String header, String credential) {
		return Platform.send(port, "GET", INVOICES, header, credential).statusCode();
	}

	private static List<Integer> both() {
		return List.of(port(first), port(second));
	}

	private static int port(ConfigurableApplicationContext gateway) {
		return Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.server.port"));
	}

	private static ConfigurableApplicationContext gateway(String redisUrl) {
		return Gateways.start(Map.of("spring.data.redis.url", redisUrl, "server.port", "0",
				"billwright.gateway.credentials.trusted", "1h", "billwright.gateway.redis.silence", "3s"));
	}

}
