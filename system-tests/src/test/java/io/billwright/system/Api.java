package io.billwright.system;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A client of the public API, with the headers of one caller.
final class Api {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	/// How long one request is repeated; longer than any process needs to come back.
	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final HttpClient client;

	private final URI base;

	private final Map<String, String> headers;

	Api(URI base, Path certificate) {
		this(HttpClient.newBuilder().sslContext(trusting(certificate)).connectTimeout(TIMEOUT).build(), base, Map.of());
	}

	private Api(HttpClient client, URI base, Map<String, String> headers) {
		this.client = client;
		this.base = base;
		this.headers = Map.copyOf(headers);
	}

	/// The same client with one more header.
	Api with(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new Api(this.client, this.base, more);
	}

	Api bearer(String token) {
		return with("Authorization", "Bearer " + token);
	}

	Answer get(String path) {
		return send("GET", path, "");
	}

	Answer post(String path, String body) {
		return send("POST", path, body);
	}

	Answer patch(String path, String body) {
		return send("PATCH", path, body);
	}

	Answer delete(String path) {
		return send("DELETE", path, "");
	}

	Answer send(String method, String path, String body) {
		try {
			return request(method, path, body);
		}
		catch (IOException ex) {
			throw new AssertionError(method + " " + path + " got no answer: " + ex, ex);
		}
	}

	/// Posts, and does what a good client does when no answer comes or the platform says that it may be repeated: it asks
	/// again. Whoever calls sees to it that this does nothing twice.
	Answer insist(String path, String body) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (true) {
			try {
				Answer answer = request("POST", path, body);
				if (!answer.isTemporary() || (System.nanoTime() > deadline)) {
					return answer;
				}
			}
			catch (IOException ex) {
				if (System.nanoTime() > deadline) {
					throw new AssertionError("POST " + path + " got no answer for " + PATIENCE, ex);
				}
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	/// Fails with [IOException] where no answer came.
	Answer request(String method, String path, String body) throws IOException {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.base.resolve(path))
				.timeout(TIMEOUT)
				.method(method, body.isEmpty()
						? HttpRequest.BodyPublishers.noBody()
						: HttpRequest.BodyPublishers.ofString(body));
		if (!body.isEmpty()) {
			request.header("Content-Type", "application/json");
		}
		this.headers.forEach(request::header);
		try {
			// The request's own timeout does not hold for a body that does not end.
			HttpResponse<String> response = this.client
					.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
					.get(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			return new Answer(method + " " + path, response.statusCode(), response.headers(), response.body());
		}
		catch (TimeoutException ex) {
			throw new IOException(method + " " + path + " does not end", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof IOException failure) ? failure : new IOException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
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
			throw new IllegalStateException("The gateway's certificate cannot be trusted", ex);
		}
	}

}
