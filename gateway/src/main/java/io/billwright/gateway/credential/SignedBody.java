package io.billwright.gateway.credential;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/// A body that must have the digest which `Content-Digest` claims (RFC 9530). It passes through as it comes, but for its
/// last piece, which is held back until the digest is known: a body with another digest fails before it is whole, so that no
/// service ever sees the end of it.
final class SignedBody extends ServerHttpRequestDecorator {

	private static final Map<String, String> ALGORITHMS = Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");

	SignedBody(ServerHttpRequest request) {
		super(request);
	}

	/// Whether the request has a body, as far as its headers tell.
	static boolean isIn(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		return headers.getContentLength() > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
	}

	/// The digests that the headers claim and that can be checked; empty where there are none.
	static List<Digest> digests(HttpHeaders headers) {
		List<Digest> digests = new ArrayList<>();
		try {
			for (Map.Entry<String, ListElement<?>> claim : MessageSignature.dictionary(headers, "Content-Digest")
					.entrySet()) {
				String algorithm = ALGORITHMS.get(claim.getKey());
				if (algorithm != null && claim.getValue() instanceof ByteSequenceItem bytes) {
					digests.add(new Digest(MessageDigest.getInstance(algorithm), bytes.get()));
				}
			}
			return digests;
		}
		catch (ParseException ex) {
			return List.of();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-2", ex);
		}
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return Flux.defer(() -> new Passing(digests(getHeaders())).pass(super.getBody()));
	}

	/// A digest that is claimed.
	record Digest(MessageDigest digest, ByteBuffer claimed) {

		boolean isRight() {
			return ByteBuffer.wrap(this.digest.digest()).equals(this.claimed);
		}

	}

	/// One pass of the body.
	private static final class Passing {

		private final List<Digest> digests;

		private final AtomicReference<@Nullable DataBuffer> held = new AtomicReference<>();

		Passing(List<Digest> digests) {
			this.digests = digests;
		}

		Flux<DataBuffer> pass(Flux<DataBuffer> body) {
			return body.handle(this::exchange)
					.concatWith(Mono.defer(this::last))
					.doFinally((end) -> DataBufferUtils.release(this.held.getAndSet(null)));
		}

		/// Takes one in and lets the one before go. An empty one would leave nothing to hold back.
		private void exchange(DataBuffer buffer, SynchronousSink<DataBuffer> sink) {
			if (buffer.readableByteCount() == 0) {
				DataBufferUtils.release(buffer);
				return;
			}
			this.digests.forEach((digest) -> update(digest.digest(), buffer));
			DataBuffer before = this.held.getAndSet(buffer);
			if (before != null) {
				sink.next(before);
			}
		}

		private Mono<DataBuffer> last() {
			return this.digests.stream().allMatch(Digest::isRight)
					? Mono.justOrEmpty(this.held.getAndSet(null))
					: Mono.error(CredentialFailure.DigestMismatch::new);
		}

		private static void update(MessageDigest digest, DataBuffer buffer) {
			try (DataBuffer.ByteBufferIterator bytes = buffer.readableByteBuffers()) {
				bytes.forEachRemaining(digest::update);
			}
		}

	}

}
