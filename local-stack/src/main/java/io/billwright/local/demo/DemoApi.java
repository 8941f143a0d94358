package io.billwright.local.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A patient client of the public API: waits when it is told to, and repeats what got no answer with the same
/// `Idempotency-Key`.
final class DemoApi {

	static final String LOGIN = "/api/v1/auth/login";

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int ATTEMPTS = 20;

	private static final long PAUSE_MILLIS = 500;

	private static final JsonMapper MAPPER = new JsonMapper();

	private final HttpClient client;

	private final URI base;

	private @Nullable Supplier<String> login;

	private volatile @Nullable String token;

	DemoApi(URI base, Path certificate) {
		this.base = base;
		this.client = HttpClient.newBuilder().connectTimeout(TIMEOUT).sslContext(trusting(certificate)).build();
	}

	/// @param newToken logs in and returns an access token; asked again whenever that has expired
	void authenticate(Supplier<String> newToken) {
		this.login = newToken;
		this.token = newToken.get();
	}

	/// Several threads may find out at once that a token has expired.
	private synchronized void renew(Supplier<String> newToken, @Nullable String expired) {
		if (Objects.equals(this.token, expired)) {
			this.token = newToken.get();
		}
	}

	/// The answer's status and body, whatever it is.
	HttpResponse<String> attempt(String method, String path, @Nullable Object body, @Nullable String key) {
		String last = "";
		for (int i = 0; i < ATTEMPTS; i++) {
			String sent = path.startsWith(LOGIN) ? null : this.token;
			try {
				HttpResponse<String> response = this.client.send(request(method, path, body, key, sent),
						HttpResponse.BodyHandlers.ofString());
				if ((response.statusCode() == 401) && (sent != null) && (this.login != null) && (i == 0)) {
					renew(this.login, sent);
					continue;
				}
				if ((response.statusCode() != 429) && (response.statusCode() < 502)) {
					return response;
				}
				last = "it answers " + response.statusCode();
				Thread.sleep(response.headers().firstValueAsLong("Retry-After").orElse(1) * 1_000);
			}
			catch (IOException ex) {
				last = String.valueOf(ex.getMessage());
				pause();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new DemoFailure("Stopped.");
			}
		}
		throw new DemoFailure("The platform at %s does not answer (%s): ./billwright status tells more."
				.formatted(this.base, last));
	}

	/// The body of a good answer.
	JsonNode call(String method, String path, @Nullable Object body, @Nullable String key) {
		HttpResponse<String> response = attempt(method, path, body, key);
		if (response.statusCode() >= 300) {
			throw new DemoFailure("%s %s was refused with %d: %s".formatted(method, path, response.statusCode(),
					response.body()));
		}
		return response.body().isEmpty() ? MAPPER.nullNode() : MAPPER.readTree(response.body());
	}

	/// Everything in a list, page by page.
	List<JsonNode> all(String path) {
		List<JsonNode> rows = new ArrayList<>();
		String cursor = "";
		do {
			JsonNode page = call("GET", path + "?limit=100" + cursor, null, null);
			page.path("data").forEach(rows::add);
			cursor = page.path("has_more").asBoolean() ? "&cursor=" + page.path("next_cursor").asString() : "";
		} while (!cursor.isEmpty());
		return rows;
	}

	private HttpRequest request(String method, String path, @Nullable Object body, @Nullable String key,
			@Nullable String token) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.base.resolve(path)).timeout(TIMEOUT);
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		if (key != null) {
			request.header("Idempotency-Key", key);
		}
		if (body == null) {
			return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
		}
		return request.header("Content-Type", "application/json")
				.method(method, HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
				.build();
	}

	private static void pause() {
		try {
			Thread.sleep(PAUSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DemoFailure("Stopped.");
		}
	}

	private static SSLContext trusting(Path certificate) {
		try (InputStream pem = Files.newInputStream(certificate)) {
			KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
			store.load(null, null);
			store.setCertificateEntry("gateway", CertificateFactory.getInstance("X.509").generateCertificate(pem));
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(store);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, trust.getTrustManagers(), null);
			return context;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new DemoFailure(
					"The certificate %s cannot be read (%s): start the platform with ./billwright up first."
							.formatted(certificate, ex.getMessage()));
		}
	}

	static Map<String, Object> money(String amount, String currency) {
		return Map.of("amount", amount, "currency", currency);
	}

}
