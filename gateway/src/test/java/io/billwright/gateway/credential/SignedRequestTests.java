package io.billwright.gateway.credential;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.billwright.gateway.Gateways;
import io.billwright.gateway.support.Partner;
import io.billwright.gateway.support.Partner.Signing;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;
import io.billwright.gateway.support.StubService.Received;
import io.billwright.platform.test.servers.EmbeddedServers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Signed requests of partners, before two gateways at one Redis.
class SignedRequestTests {

	private static final String INVOICES = "/api/v1/invoices";

	private static final byte[] NO_BODY = {};

	private static final byte[] BODY = "{\"hello\": \"world\"}".getBytes(UTF_8);

	/// Too long to be kept for a second attempt, and longer than what comes in one piece.
	private static final byte[] LONG_BODY = "0123456789abcdef".repeat(20_000).getBytes(UTF_8);

	private static final String REDIS = EmbeddedServers.freshRedisUrl();

	private static ConfigurableApplicationContext first;

	private static ConfigurableApplicationContext second;

	@BeforeAll
	static void open() {
		first = gateway(REDIS);
		second = gateway(REDIS);
		await().atMost(Duration.ofSeconds(20)).until(() -> Gateways.hears(first) && Gateways.hears(second));
	}

	@AfterAll
	static void close() {
		first.close();
		second.close();
	}

	@Test
	void requestWhenSignedThenItsPassportNamesTheKeyAndTheServiceSeesNoSignature() {
		Partner partner = Partner.of("org_acme");
		assertThat(request(partner, "GET", INVOICES + "?limit=5&status=a%20b", NO_BODY).send().statusCode())
				.isEqualTo(200);
		Received received = Platform.INVOICES.last(INVOICES);
		assertThat(Platform.passport(received)).containsEntry("kind", "api_key")
				.containsEntry("sub", partner.keyId())
				.containsEntry("org", "org_acme")
				.containsEntry("scope", "invoices:read")
				.containsEntry("mode", "live");
		assertThat(received.headers()).doesNotContainKeys("signature", "signature-input");
	}

	@Test
	void bodyWhenItsDigestIsSignedThenArrivesAsItIs() {
		Partner partner = Partner.of("org_acme");
		for (byte[] body : List.of(BODY, LONG_BODY)) {
			assertThat(request(partner, "POST", INVOICES, body).send().statusCode()).isEqualTo(200);
			assertThat(Platform.INVOICES.last(INVOICES).body()).isEqualTo(new String(body, UTF_8));
			assertThat(request(partner, "PUT", INVOICES, body).send().statusCode()).isEqualTo(200);
			assertThat(request(partner, "POST", INVOICES, body)
					.send((request) -> request.POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body))))
					.statusCode()).isEqualTo(200);
			assertThat(Platform.INVOICES.last(INVOICES).body()).isEqualTo(new String(body, UTF_8));
		}
	}

	/// With a length and in chunks; short enough to be kept and not; in a request that could be repeated and not.
	@Test
	void bodyWhenItIsNotTheOneThatWasSignedThenNoServiceEverSeesItsEnd() {
		Partner partner = Partner.of("org_acme");
		Platform.INVOICES.forget();
		for (String method : List.of("POST", "PUT")) {
			for (byte[] body : List.of(BODY, LONG_BODY)) {
				byte[] other = body.clone();
				other[other.length / 2] ^= 1;
				HttpResponse<String> answer = request(partner, method, INVOICES, body)
						.send((request) -> request.method(method, BodyPublishers.ofByteArray(other)));
				assertThat(answer.statusCode()).isEqualTo(400);
				assertThat(answer.body()).contains("\"code\":\"content_digest_mismatch\"");
				assertThat(request(partner, method, INVOICES, body).send((request) -> request.method(method,
						BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(other)))).statusCode()).isEqualTo(400);
			}
		}
		assertThat(Platform.INVOICES.received(INVOICES)).isEmpty();
	}

	@Test
	void bodyWhenTheSignatureWasMadeWithoutOneThenIsRefused() {
		Partner partner = Partner.of("org_acme");
		HttpResponse<String> answer = request(partner, "POST", INVOICES, NO_BODY)
				.send((request) -> request.POST(BodyPublishers.ofByteArray(BODY)));
		assertUnusable(answer, "content-digest");
		assertThat(request(partner, "POST", INVOICES, NO_BODY).send((request) -> request
				.POST(BodyPublishers.ofByteArray(BODY))
				.header("Content-Digest", Partner.digest(BODY))).statusCode()).isEqualTo(401);
	}

	@Test
	void requestWhenChangedAfterItWasSignedThenIsRefused() {
		Partner partner = Partner.of("org_acme");
		assertUnauthenticated(request(partner, "POST", INVOICES, NO_BODY)
				.send((request) -> request.method("DELETE", BodyPublishers.noBody())));
		assertUnauthenticated(request(partner, "GET", INVOICES, NO_BODY)
				.send((request) -> request.uri(Platform.uri(port(first), INVOICES + "/inv_other"))));
		assertUnauthenticated(request(partner, "GET", INVOICES + "?limit=1", NO_BODY)
				.send((request) -> request.uri(Platform.uri(port(first), INVOICES + "?limit=2"))));
		assertUnauthenticated(request(partner, "GET", INVOICES, NO_BODY)
				.send((request) -> request.uri(Platform.uri(port(second), INVOICES))));
		assertUnauthenticated(request(partner, "POST", INVOICES, BODY)
				.send((request) -> request.POST(BodyPublishers.ofByteArray(LONG_BODY))
						.setHeader("content-digest", Partner.digest(LONG_BODY))));
		assertUnauthenticated(request(partner, "POST", INVOICES, NO_BODY).covering("idempotency-key", "one")
				.send((request) -> request.setHeader("idempotency-key", "two")));
	}

	@Test
	void requestWhenItsTargetIsCoveredAsAWholeThenIsAsGood() {
		Partner partner = Partner.of("org_acme");
		String target = INVOICES + "?limit=5";
		assertThat(request(partner, "GET", target, NO_BODY).covering("@authority", null)
				.covering("@path", null)
				.covering("@query", null)
				.covering("@target-uri", "http://127.0.0.1:" + port(first) + target)
				.send()
				.statusCode()).isEqualTo(200);
	}

	@Test
	void keyWhenUnknownOrItsSecretIsAnotherThenTheAnswerIsTheSame() {
		Partner partner = Partner.of("org_acme");
		Partner other = Partner.of("org_other");
		assertUnauthenticated(request(Partner.unknown(), "GET", INVOICES, NO_BODY).send());
		assertUnauthenticated(request(partner.withSecret("bw_sig_guessed"), "GET", INVOICES, NO_BODY).send());
		assertUnauthenticated(
				request(other, "GET", INVOICES, NO_BODY).with("keyid", Signing.quoted(partner.keyId())).send());
	}

	static Stream<Arguments> faults() {
		long now = Instant.now().getEpochSecond();
		return Stream.of(fault("@method", (signing) -> signing.covering("@method", null)),
				fault("@authority", (signing) -> signing.covering("@authority", null)),
				fault("@path", (signing) -> signing.covering("@path", null)),
				fault("@query", (signing) -> signing.covering("@query", null)),
				fault("content-digest", (signing) -> signing.covering("content-digest", null)),
				fault("Content-Digest", (signing) -> signing.covering("content-digest", "md5=:AA==:")),
				fault("nonce", (signing) -> signing.with("nonce", null)),
				fault("nonce", (signing) -> signing.with("nonce", Signing.quoted("x".repeat(129)))),
				fault("nonce", (signing) -> signing.with("nonce", Signing.quoted("x".repeat(15)))),
				fault("nonce", (signing) -> signing.with("nonce", Signing.quoted("with spaces in it"))),
				fault("keyid", (signing) -> signing.with("keyid", null)),
				fault("keyid", (signing) -> signing.with("keyid", "\"key_none\"")),
				fault("hmac-sha256", (signing) -> signing.with("alg", "\"ed25519\"")),
				fault("created", (signing) -> signing.with("created", null)),
				fault("created", (signing) -> signing.with("created", Long.toString(now - 330))),
				fault("created", (signing) -> signing.with("created", Long.toString(now + 600))),
				fault("created", (signing) -> signing.with("created", "999999999999999")),
				fault("expired", (signing) -> signing.with("expires", Long.toString(now - 1))));
	}

	/// All of these are signed with the right secret: it is the form that is wrong, and is said to be.
	@ParameterizedTest
	@MethodSource("faults")
	void signatureWhenItsFormIsWrongThenThatIsSaid(String told, UnaryOperator<Signing> change) {
		assertUnusable(change.apply(request(Partner.of("org_acme"), "POST", INVOICES + "?a=b", BODY)).send(), told);
	}

	@Test
	void signatureWhenWithinTheClocksSkewThenIsGood() {
		Partner partner = Partner.of("org_acme");
		long now = Instant.now().getEpochSecond();
		for (long created : List.of(now - 240, now + 240)) {
			assertThat(request(partner, "GET", INVOICES, NO_BODY).with("created", Long.toString(created))
					.with("alg", "\"hmac-sha256\"")
					.with("expires", Long.toString(now + 60))
					.send()
					.statusCode()).isEqualTo(200);
		}
	}

	@Test
	void requestWhenSentAgainThenIsRefusedByEveryGateway() {
		Partner partner = Partner.of("org_acme");
		Platform.INVOICES.forget();
		Signing signing = request(partner, "GET", INVOICES, NO_BODY);
		assertThat(signing.send().statusCode()).isEqualTo(200);
		assertUnusable(signing.send(), "used before");
		assertThat(atSecond(signing)).startsWith("HTTP/1.1 401 ").contains("used before");
		assertThat(Platform.INVOICES.received(INVOICES)).hasSize(1);
	}

	/// Nothing of the request itself is new but the rest of the parameters.
	@Test
	void nonceWhenUsedInAnotherSignatureThenIsRefusedOfTheSameKeyOnly() {
		Partner partner = Partner.of("org_acme");
		assertThat(request(partner, "GET", INVOICES, NO_BODY).with("nonce", "\"0123456789abcdef\"").send().statusCode())
				.isEqualTo(200);
		assertUnusable(request(partner, "GET", INVOICES + "?a=b", NO_BODY).with("nonce", "\"0123456789abcdef\"").send(),
				"used before");
		assertThat(request(Partner.of("org_other"), "GET", INVOICES, NO_BODY).with("nonce", "\"0123456789abcdef\"")
				.send()
				.statusCode()).isEqualTo(200);
	}

	@Test
	void requestWhenSentManyTimesAtOnceThenIsServedOnce() throws InterruptedException {
		Partner partner = Partner.of("org_acme");
		request(partner, "GET", INVOICES, NO_BODY).send();
		Platform.INVOICES.forget();
		Signing signing = request(partner, "GET", INVOICES, NO_BODY);
		Collection<Integer> answers = new ConcurrentLinkedQueue<>();
		CountDownLatch answered = new CountDownLatch(20);
		for (int i = 0; i < 20; i++) {
			boolean atSecond = i % 2 == 1;
			Thread.ofVirtual().start(() -> {
				answers.add(
						atSecond ? Integer.valueOf(atSecond(signing).substring(9, 12)) : signing.send().statusCode());
				answered.countDown();
			});
		}
		assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(answers).containsOnlyOnce(200).containsOnly(200, 401);
		assertThat(Platform.INVOICES.received(INVOICES)).hasSize(1);
	}

	/// Too old by every gateway's clock: they may be as far from each other as from a client's.
	@Test
	void nonceWhenItsSignatureIsTooOldThenIsForgotten() {
		LettuceConnectionFactory connections = new LettuceConnectionFactory(
				LettuceConnectionFactory.createRedisConfiguration(REDIS));
		connections.afterPropertiesSet();
		Partner partner = Partner.of("org_acme");
		long created = Instant.now().getEpochSecond() - 200;
		request(partner, "GET", INVOICES, NO_BODY).with("created", Long.toString(created))
				.with("nonce", "\"fedcba9876543210\"")
				.send();
		assertThat(new StringRedisTemplate(connections).getExpire("nonce:{" + partner.keyId() + "}:fedcba9876543210"))
				.isBetween(360L, 401L);
		connections.destroy();
	}

	@Test
	void secretsWhenTwoAreGoodThenEachSignsUntilItsEnd() {
		Partner current = Partner.of("org_acme");
		Partner before = current.withSecret("bw_sig_before");
		Partner expired = current.withSecret("bw_sig_expired");
		current.remember("org_acme", String.join(",", current.secret(null),
				before.secret(Instant.now().plusSeconds(60)), expired.secret(Instant.now().minusSeconds(1))));
		assertThat(request(current, "GET", INVOICES, NO_BODY).send().statusCode()).isEqualTo(200);
		assertThat(request(before, "GET", INVOICES, NO_BODY).send().statusCode()).isEqualTo(200);
		assertUnauthenticated(request(expired, "GET", INVOICES, NO_BODY).send());
	}

	@Test
	void keyWhenHotThenUserServiceIsAskedOnceUntilItIsRevoked() {
		Partner partner = Partner.of("org_acme");
		for (int i = 0; i < 5; i++) {
			assertThat(request(partner, "GET", INVOICES, NO_BODY).send().statusCode()).isEqualTo(200);
		}
		assertThat(partner.introspections()).isEqualTo(1);
		partner.forget();
		assertThat(request(partner, "GET", INVOICES, NO_BODY).send().statusCode()).isEqualTo(200);
		LettuceConnectionFactory connections = new LettuceConnectionFactory(
				LettuceConnectionFactory.createRedisConfiguration(REDIS));
		connections.afterPropertiesSet();
		new StringRedisTemplate(connections).convertAndSend("credentials.revoked", partner.keyId());
		await().atMost(Duration.ofSeconds(1))
				.until(() -> request(partner, "GET", INVOICES, NO_BODY).send().statusCode() == 401);
		connections.destroy();
	}

	@Test
	void signatureWhenThereIsAnotherCredentialThenNoneIsGuessed() {
		HttpResponse<String> answer = request(Partner.of("org_acme"), "GET", INVOICES, NO_BODY)
				.send((request) -> request.header("X-API-Key", Platform.apiKey("live", "org_acme", "")));
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("\"code\":\"credential_ambiguous\"");
	}

	@Test
	void signatureWhenNobodyCanSayWhetherItWasUsedThenIsNotServed() {
		try (ConfigurableApplicationContext alone = gateway("redis://127.0.0.1:1")) {
			Partner partner = Partner.of("org_acme");
			Platform.INVOICES.forget();
			Signing signing = partner.request(port(alone), "GET", INVOICES, NO_BODY);
			for (int i = 0; i < 3; i++) {
				HttpResponse<String> answer = signing.send();
				assertThat(answer.statusCode()).isEqualTo(503);
				assertThat(answer.body()).contains("\"code\":\"signatures_unavailable\"");
				assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
			}
			assertThat(Platform.INVOICES.received(INVOICES)).isEmpty();
		}
	}

	private static Signing request(Partner partner, String method, String target, byte[] body) {
		return partner.request(port(first), method, target, body);
	}

	/// Sends a copy of the request, which names the first gateway, to the second one.
	private static String atSecond(Signing signing) {
		HttpRequest.Builder builder = HttpRequest.newBuilder();
		signing.signed().accept(builder);
		HttpRequest request = builder.build();
		String headers = request.headers()
				.map()
				.entrySet()
				.stream()
				.map((header) -> header.getKey() + ": " + header.getValue().getFirst() + "\r\n")
				.collect(Collectors.joining());
		return RawRequest.send(port(second),
				"%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n".formatted(request.method(),
						request.uri().getRawPath(), port(first), headers));
	}

	private static Arguments fault(String told, UnaryOperator<Signing> change) {
		return arguments(told, change);
	}

	private static void assertUnusable(HttpResponse<String> answer, String told) {
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).contains("\"code\":\"signature_unusable\"").contains(told);
	}

	private static void assertUnauthenticated(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).contains("\"code\":\"unauthenticated\"");
	}

	private static int port(ConfigurableApplicationContext gateway) {
		return Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.server.port"));
	}

	private static ConfigurableApplicationContext gateway(String redisUrl) {
		return Gateways.start(Map.of("spring.data.redis.url", redisUrl, "server.port", "0"));
	}

}
