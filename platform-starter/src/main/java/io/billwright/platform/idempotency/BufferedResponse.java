package io.billwright.platform.idempotency;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Holds an answer back until its transaction has committed.
final class BufferedResponse extends ServerHttpResponseDecorator {

	private static final String REPLAYED = "Idempotency-Replayed";

	private static final List<String> KEPT = List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.LOCATION, HttpHeaders.ETAG);

	/// Bytes of one answer; a write answers with the one resource that it wrote.
	private static final int LIMIT = 4 * 1024 * 1024;

	private static final byte[] NOTHING = new byte[0];

	private byte[] body = NOTHING;

	BufferedResponse(ServerHttpResponse response) {
		super(response);
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> publisher) {
		return DataBufferUtils.join(publisher, LIMIT).doOnNext(this::keep).then();
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> publisher) {
		return writeWith(Flux.from(publisher).concatMap((part) -> part));
	}

	@Override
	public Mono<Void> setComplete() {
		return Mono.empty();
	}

	private void keep(DataBuffer buffer) {
		this.body = new byte[buffer.readableByteCount()];
		buffer.read(this.body);
		DataBufferUtils.release(buffer);
	}

	/// What would be sent now.
	StoredAnswer answer() {
		@Nullable
		HttpStatusCode status = getStatusCode();
		Map<String, String> headers = new LinkedHashMap<>();
		for (String name : KEPT) {
			@Nullable
			String value = getHeaders().getFirst(name);
			if (value != null) {
				headers.put(name, value);
			}
		}
		return new StoredAnswer((status != null) ? status.value() : HttpStatus.OK.value(), headers, this.body);
	}

	/// Takes a recorded answer instead of a new one.
	void replay(StoredAnswer answer) {
		setStatusCode(HttpStatusCode.valueOf(answer.status()));
		answer.headers().forEach(getHeaders()::set);
		getHeaders().set(REPLAYED, "true");
		this.body = answer.body();
	}

	/// Sends what was held back.
	Mono<Void> send() {
		if (this.body.length == 0) {
			return getDelegate().setComplete();
		}
		getHeaders().setContentLength(this.body.length);
		return getDelegate().writeWith(Mono.fromSupplier(() -> bufferFactory().wrap(this.body)));
	}

}
