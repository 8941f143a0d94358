package io.billwright.gateway.support;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

/// A partner who signs requests, as one would who has read no more than the documentation.
public final class Partner {

	private static final String PATH = "/internal/credentials/signing";

	private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

	private final String keyId;

	private final String secret;

	private Partner(String keyId, String secret) {
		this.keyId = keyId;
		this.secret = secret;
	}

	/// One whom user-service knows.
	public static Partner of(String organization) {
		Partner partner = unknown();
		partner.remember(organization, partner.secret(null));
		return partner;
	}

	/// One whom nobody knows.
	public static Partner unknown() {
		return new Partner("key_0" + UUID.randomUUID().toString().replace("-", "").substring(0, 25),
				"bw_sig_" + UUID.randomUUID());
	}

	/// Makes user-service know this one's key.
	///
	/// @param secrets as JSON objects, separated by commas
	public void remember(String organization, String secrets) {
		Platform.USERS.on(PATH, (request, response) -> StubService.Answer
				.json(200, KNOWN.getOrDefault(request.body().replaceAll(".*\"(key_[^\"]*)\".*", "$1"),
						"{\"key\":{\"active\":false},\"secrets\":[]}"))
				.write(request, response));
		KNOWN.put(this.keyId, """
				{"key":{"active":true,"key_id":"%s","organization_id":"%s","mode":"live","scope":"invoices:read"},
				 "secrets":[%s]}""".formatted(this.keyId, organization, secrets));
	}

	/// Makes user-service forget this one's key.
	public void forget() {
		KNOWN.remove(this.keyId);
	}

	/// The same key with another secret.
	public Partner withSecret(String other) {
		return new Partner(this.keyId, other);
	}

	public String keyId() {
		return this.keyId;
	}

	/// This one's secret as user-service tells it.
	public String secret(Instant expiresAt) {
		return (expiresAt != null)
				? "{\"text\":\"%s\",\"expires_at\":\"%s\"}".formatted(this.secret, expiresAt)
				: "{\"text\":\"%s\"}".formatted(this.secret);
	}

	/// How often user-service was asked about the key.
	public int introspections() {
		return (int) Platform.USERS.received(PATH).stream().filter((asked) -> asked.body().contains(this.keyId))
				.count();
	}

	public static String digest(byte[] body) {
		try {
			return "sha-256=:" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(body))
					+ ":";
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public String hmac(String base) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(this.secret.getBytes(UTF_8), "HmacSHA256"));
			return Base64.getEncoder().encodeToString(mac.doFinal(base.getBytes(UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// A request that is signed as the documentation demands.
	///
	/// @param body empty for none
	public Signing request(int port, String method, String target, byte[] body) {
		return new Signing(this, port, method, target, body);
	}

	/// A request with its signature, each part of which can be changed before it is signed.
	public static final class Signing {

		private final Partner partner;

		private final int port;

		private final String method;

		private final String target;

		private final byte[] body;

		private final Map<String, String> components = new LinkedHashMap<>();

		private final Map<String, String> parameters = new LinkedHashMap<>();

		Signing(Partner partner, int port, String method, String target, byte[] body) {
			this.partner = partner;
			this.port = port;
			this.method = method;
			this.target = target;
			this.body = body;
			int query = target.indexOf('?');
			this.components.put("@method", method);
			this.components.put("@authority", "127.0.0.1:" + port);
			this.components.put("@path", (query < 0) ? target : target.substring(0, query));
			this.components.put("@query", (query < 0) ? "?" : target.substring(query));
			if (body.length > 0) {
				this.components.put("content-digest", digest(body));
			}
			this.parameters.put("created", Long.toString(Instant.now().getEpochSecond()));
			this.parameters.put("nonce", quoted(UUID.randomUUID().toString()));
			this.parameters.put("keyid", quoted(partner.keyId()));
		}

		/// Covers it with this value, or does not where there is none.
		public Signing covering(String component, String value) {
			return put(this.components, component, value);
		}

		/// Has this parameter, or has not where there is no value.
		public Signing with(String parameter, String value) {
			return put(this.parameters, parameter, value);
		}

		public static String quoted(String text) {
			return '"' + text + '"';
		}

		/// For the builder of a request.
		public Consumer<HttpRequest.Builder> signed() {
			String input = this.components.keySet().stream().map(Signing::quoted).collect(joining(" ", "(", ")"))
					+ this.parameters.entrySet()
							.stream()
							.map((parameter) -> ";" + parameter.getKey() + "=" + parameter.getValue())
							.collect(joining());
			String base = this.components.entrySet()
					.stream()
					.map((component) -> quoted(component.getKey()) + ": " + component.getValue() + "\n")
					.collect(joining()) + "\"@signature-params\": " + input;
			String signature = this.partner.hmac(base);
			return (request) -> {
				request.uri(Platform.uri(this.port, this.target))
						.method(this.method, BodyPublishers.ofByteArray(this.body))
						.header("X-Forwarded-For", Platform.freshAddress())
						.header("Signature-Input", "sig1=" + input)
						.header("Signature", "sig1=:" + signature + ":");
				this.components.forEach((name, value) -> {
					if (!name.startsWith("@")) {
						request.header(name, value);
					}
				});
			};
		}

		/// Sends it as it was signed.
		public HttpResponse<String> send() {
			return Platform.send(this.port, signed());
		}

		/// Sends it changed after it was signed.
		public HttpResponse<String> send(Consumer<HttpRequest.Builder> change) {
			return Platform.send(this.port, signed().andThen(change));
		}

		private Signing put(Map<String, String> map, String name, String value) {
			if (value != null) {
				map.put(name, value);
			}
			else {
				map.remove(name);
			}
			return this;
		}

	}

}
