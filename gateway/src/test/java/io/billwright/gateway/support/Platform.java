package io.billwright.gateway.support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.PropertySource;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.billwright.platform.test.servers.EmbeddedServers;

/// What stands around the gateway in tests: the services behind it and the clients before it.
public final class Platform {

	/// user-service.
	public static final StubService USERS = new StubService();

	/// invoice-service.
	public static final StubService INVOICES = new StubService();

	/// analytics-service.
	public static final StubService ANALYTICS = new StubService();

	/// search-service.
	public static final StubService SEARCH = new StubService();

	/// A service that nothing else depends on.
	public static final StubService FICKLE = new StubService();

	/// Sends requests over HTTP/1.1.
	public static final HttpClient CLIENT = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(5))
			.build();

	private static final AtomicInteger ADDRESSES = new AtomicInteger();

	private static final AtomicBoolean SPEECHLESS = new AtomicBoolean();

	private static final Map<String, String> ACTIVE_KEYS = new java.util.concurrent.ConcurrentHashMap<>();

	static {
		USERS.on("/.well-known/jwks.json",
				StubService.Answer.json(200, new JWKSet(TestKeys.ACCESS_TOKEN.toPublicJWK()).toString()));
		USERS.on("/internal/credentials/introspect", (request, response) -> SPEECHLESS.getAndSet(false)
				? response.status(503).send()
				: StubService.Answer
						.json(200, ACTIVE_KEYS.getOrDefault(request.body().replaceAll(".*\"([0-9a-f]{64})\".*", "$1"),
								"{\"active\":false}"))
						.write(request, response));
	}

	private Platform() {
	}

	/// Points the gateway at the stubs.
	public static final class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			Map<String, String> properties = new HashMap<>();
			properties.put("server.ssl.enabled", "false");
			properties.put("management.server.port", "0");
			properties.put("spring.data.redis.url", EmbeddedServers.freshRedisUrl());
			properties.put("billwright.gateway.passport.private-key", TestKeys.passportFile().toString());
			properties.put("billwright.gateway.edge.plain.port", "0");
			properties.put("billwright.gateway.edge.trusted-proxies", "127.0.0.1");
			properties.put("billwright.gateway.routes.user-service.url", USERS.url());
			properties.put("billwright.gateway.routes.invoice-service.url", INVOICES.url());
			properties.put("billwright.gateway.routes.analytics-service.url", ANALYTICS.url());
			properties.put("billwright.gateway.routes.search-service.url", SEARCH.url());
			properties.put("billwright.gateway.edge.request-timeout", "5s");
			// Tests of Redis' answers must not become tests of a busy machine.
			properties.put("billwright.gateway.redis.counter-timeout", "5s");
			properties.put("billwright.gateway.redis.session-timeout", "5s");
			properties.put("billwright.gateway.redis.silence", "15s");
			properties.put("billwright.gateway.limits.principal", "60/min burst 40");
			properties.put("billwright.gateway.limits.paths.probe.path", "/api/v1/search/probe");
			properties.put("billwright.gateway.limits.paths.probe.rate-limit", "2/h");
			properties.put("billwright.gateway.upstream.response-timeout", "3s");
			properties.put("billwright.gateway.routes.absent-service.url", "http://127.0.0.1:1");
			properties.put("billwright.gateway.routes.absent-service.prefixes", "/api/v1/absent");
			properties.put("billwright.gateway.routes.fickle-service.url", FICKLE.url());
			properties.put("billwright.gateway.routes.fickle-service.prefixes", "/api/v1/fickle");
			properties.put("billwright.gateway.public-paths",
					"/api/v1/auth/**,/api/v1/search/**,/api/v1/absent,/api/v1/fickle,/api/v1/usage/**");
			PropertySource<?> inlined = context.getEnvironment().getPropertySources().get("Inlined Test Properties");
			properties.keySet().removeIf((name) -> inlined != null && inlined.containsProperty(name));
			TestPropertyValues.of(properties).applyTo(context.getEnvironment());
		}

	}

	/// A request to the gateway from an address nobody else uses.
	public static HttpResponse<String> send(int port, String method, String path, String... headers) {
		return send(port, (request) -> {
			request.uri(URI.create("http://127.0.0.1:" + port + path))
					.method(method, HttpRequest.BodyPublishers.noBody())
					.header("X-Forwarded-For", freshAddress());
			if (headers.length > 0) {
				request.headers(headers);
			}
		});
	}

	/// A request to the gateway.
	public static HttpResponse<String> send(int port, Consumer<HttpRequest.Builder> customizer) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
				.timeout(Duration.ofSeconds(30));
		customizer.accept(request);
		try {
			return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// The address of a path of the gateway.
	public static URI uri(int port, String path) {
		return URI.create("http://127.0.0.1:" + port + path);
	}

	/// A session of ten minutes of a user of its own, as user-service writes it; returns the value of its cookie.
	public static String session(StringRedisTemplate redis) {
		String cookie = freshAddress();
		redis.opsForHash()
				.putAll("session:{" + TestHash.sha256(cookie) + "}",
						Map.of("organization_id", "org_acme", "user_id", "usr_" + cookie, "scope", "", "csrf", "token",
								"last_seen_at", "0", "expires_at",
								Long.toString(Instant.now().plusSeconds(600).getEpochSecond())));
		return cookie;
	}

	/// An address that no other request comes from.
	public static String freshAddress() {
		int number = ADDRESSES.incrementAndGet();
		return "10.1." + number / 250 + "." + (1 + number % 250);
	}

	/// An API key that user-service knows.
	///
	/// @param properties of its introspection, in addition to the usual ones, as JSON members
	public static String apiKey(String mode, String organization, String properties) {
		String key = invent(mode);
		remember(key, mode, organization, properties);
		return key;
	}

	/// Makes user-service know a key.
	///
	/// @param properties as for [#apiKey]
	public static void remember(String key, String mode, String organization, String properties) {
		ACTIVE_KEYS.put(TestHash.sha256(key),
				"{\"active\":true,\"key_id\":\"key_%s\",\"organization_id\":\"%s\",\"mode\":\"%s\",\"scope\":\"invoices:read\"%s}"
						.formatted(TestHash.sha256(key).substring(0, 8), organization, mode, properties));
	}

	/// An API key that user-service knows as an operator's.
	public static String operatorKey() {
		String key = invent("live");
		ACTIVE_KEYS.put(TestHash.sha256(key), """
				{"active":true,"kind":"operator","key_id":"opr_test","mode":"live","scope":"platform:operate"}""");
		return key;
	}

	/// Makes user-service say what holds for an organization.
	///
	/// @param policies the policies as JSON objects, separated by commas
	public static void limits(String organization, String plan, String policies) {
		USERS.on("/internal/organizations/" + organization + "/rate-limits",
				StubService.Answer.json(200, "{\"plan\":\"%s\",\"policies\":[%s]}".formatted(plan, policies)));
	}

	/// Makes user-service forget a key.
	public static void forget(String key) {
		ACTIVE_KEYS.remove(TestHash.sha256(key));
	}

	/// Makes user-service fail once when it is asked whose a key is.
	public static void failNextIntrospection() {
		SPEECHLESS.set(true);
	}

	/// An API key with a right checksum that nobody knows.
	public static String invent(String mode) {
		String random = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "").substring(0, 43);
		String text = "bw_" + mode + "_" + random;
		return text + TestHash.crc32Base62(text);
	}

	/// An access token of user-service.
	public static String accessToken(ECKey key, Consumer<JWTClaimsSet.Builder> customizer) {
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer("billwright")
				.audience("billwright-api")
				.subject("usr_ada")
				.claim("org", "org_acme")
				.claim("role", "owner")
				.claim("scope", "invoices:read invoices:write")
				.expirationTime(Date.from(Instant.now().plusSeconds(900)));
		customizer.accept(claims);
		try {
			SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
					claims.build());
			token.sign(new ECDSASigner(key));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// The claims of the passport that a service got, once its signature has been verified.
	public static Map<String, Object> passport(StubService.Received request) {
		try {
			SignedJWT passport = SignedJWT.parse(request.header("X-Billwright-Passport"));
			if (!passport.verify(new ECDSAVerifier(TestKeys.PASSPORT.toPublicJWK()))) {
				throw new IllegalStateException("The passport's signature is wrong");
			}
			return passport.getJWTClaimsSet().getClaims();
		}
		catch (ParseException | JOSEException ex) {
			throw new IllegalStateException("no passport: " + request, ex);
		}
	}

}
