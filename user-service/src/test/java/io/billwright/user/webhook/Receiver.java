package io.billwright.user.webhook;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Somebody who receives webhooks, a real server on this machine. Each test has paths of its own; without a reply that was
/// told it answers 200.
public final class Receiver implements AutoCloseable {

	private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private final String scheme;

	private final DisposableServer server;

	private Receiver(String scheme, HttpServer server) {
		this.scheme = scheme;
		this.server = server.host("127.0.0.1").port(0).handle(this::handle).bindNow(Duration.ofSeconds(10));
	}

	/// One that speaks plain HTTP.
	public static Receiver plain() {
		return new Receiver("http", HttpServer.create());
	}

	/// One with a certificate that nobody trusts.
	public static Receiver secure() {
		return new Receiver("https", HttpServer.create().secure((tls) -> tls.sslContext(context())));
	}

	private static SslContext context() {
		try {
			X509Bundle bundle = new CertificateBuilder().subject("CN=localhost")
					.ecp256()
					.addSanIpAddress("127.0.0.1")
					.setIsCertificateAuthority(true)
					.buildSelfSigned();
			return SslContextBuilder.forServer(bundle.toKeyManagerFactory()).build();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// The URL of a path, by address.
	public URI url(String path) {
		return url(path, "127.0.0.1");
	}

	/// The URL of a path, by any name.
	public URI url(String path, String host) {
		return URI.create(
				this.scheme + "://" + host + ':' + ((InetSocketAddress) this.server.address()).getPort() + path);
	}

	/// What the path answers, one reply after the other; the last one stays.
	public void reply(String path, Reply... replies) {
		this.replies.put(path, new ArrayDeque<>(Arrays.asList(replies)));
	}

	/// What has come to the path, the first one first.
	public List<Received> received(String path) {
		return this.received.stream().filter((one) -> one.path().equals(path)).toList();
	}

	private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		return request.receive().aggregate().asString().defaultIfEmpty("").flatMap((body) -> {
			String path = URI.create(request.uri()).getPath();
			this.received.add(new Received(path, request.requestHeaders().copy(), body));
			Reply reply = next(path);
			reply.headers().forEach(response::header);
			return reply.ends()
					? response.status(reply.status()).sendString(Mono.just(reply.body())).then()
					: Mono.never();
		});
	}

	private Reply next(String path) {
		Deque<Reply> left = this.replies.get(path);
		if (left == null) {
			return Reply.of(200, "");
		}
		synchronized (left) {
			return (left.size() > 1) ? left.remove() : left.element();
		}
	}

	@Override
	public void close() {
		this.server.disposeNow(Duration.ofSeconds(10));
	}

	/// @param ends whether an answer comes at all
	public record Reply(int status, String body, Map<String, String> headers, boolean ends) {

		/// No answer comes.
		public static final Reply NEVER = new Reply(200, "", Map.of(), false);

		/// An answer.
		public static Reply of(int status, String body) {
			return new Reply(status, body, Map.of(), true);
		}

	}

	/// One request.
	public record Received(String path, HttpHeaders headers, String body) {

		/// A header, or `null`.
		public @Nullable String header(String name) {
			return this.headers.get(name);
		}

		/// Whether one of the signatures is good by this secret and no older than five minutes, as a receiver would check it,
		/// with another implementation of HMAC than the sender has.
		public boolean isSignedWith(String secret) {
			byte[] signed = (header("webhook-id") + '.' + header("webhook-timestamp") + '.' + this.body)
					.getBytes(StandardCharsets.UTF_8);
			HMac mac = new HMac(new SHA256Digest());
			mac.init(new KeyParameter(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""))));
			mac.update(signed, 0, signed.length);
			byte[] expected = new byte[mac.getMacSize()];
			mac.doFinal(expected, 0);
			return List.of(String.valueOf(header("webhook-signature")).split(" "))
					.contains("v1," + Base64.getEncoder().encodeToString(expected));
		}

		/// When it was sent, by what it says of itself.
		public Instant timestamp() {
			return Instant.ofEpochSecond(Long.parseLong(String.valueOf(header("webhook-timestamp"))));
		}

	}

}
