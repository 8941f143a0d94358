package io.billwright.platform.idempotency;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.web.WebSettings;

/// Runs a write that carries an `Idempotency-Key` in one transaction with the recording of its answer, and sends the
/// answer only after the commit: either the effect and the record are there, or neither is. A repeated request gets
/// the recorded answer with `Idempotency-Replayed: true`.
///
/// A request that fails leaves no trace and no record, so it may be repeated with the same key. Callers without an
/// organization (login, registration) are not recorded: their answers are credentials, and repeating them is safe. Nor are
/// requests to handlers with [OwnIdempotency].
///
/// [draft-ietf-httpapi-idempotency-key-header-07](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/)
final class IdempotencyFilter implements WebFilter, Ordered {

	private static final String KEY = "Idempotency-Key";

	private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.POST, HttpMethod.PATCH);

	private static final byte[] NOTHING = new byte[0];

	private final IdempotencyRecords records;

	private final TransactionalOperator transaction;

	private final int maxBodyBytes;

	private final OwnKeys ownKeys;

	IdempotencyFilter(IdempotencyRecords records, TransactionalOperator transaction, WebSettings settings,
			OwnKeys ownKeys) {
		this.records = records;
		this.transaction = transaction;
		this.maxBodyBytes = Math.toIntExact(settings.maxBody().toBytes());
		this.ownKeys = ownKeys;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		@Nullable
		String header = request.getHeaders().getFirst(KEY);
		if ((header == null) || !METHODS.contains(request.getMethod()) || this.ownKeys.are(request)) {
			return chain.filter(exchange);
		}
		return Mono.deferContextual((context) -> {
			@Nullable
			Caller caller = context.<Caller>getOrEmpty(Caller.class).orElse(null);
			if ((caller == null) || (caller.tenant() == null)) {
				return chain.filter(exchange);
			}
			IdempotencyKey key = IdempotencyKey.of(caller.principal(), header);
			return body(request).flatMap((body) -> once(exchange, chain, key, body));
		});
	}

	private Mono<Void> once(ServerWebExchange exchange, WebFilterChain chain, IdempotencyKey key, byte[] body) {
		byte[] requestHash = hash(exchange.getRequest(), body);
		BufferedResponse response = new BufferedResponse(exchange.getResponse());
		ServerWebExchange buffered = exchange.mutate()
				.request(new RepeatedBody(exchange.getRequest(), body))
				.response(response)
				.build();
		return this.transaction
				.execute((status) -> this.records.lock(key)
						.then(this.records.find(key, requestHash))
						.doOnNext(response::replay)
						.switchIfEmpty(chain.filter(buffered)
								.then(Mono.defer(() -> record(key, requestHash, response, status)))))
				.then(Mono.defer(response::send));
	}

	/// An answer that refuses is not recorded and takes back whatever was written on the way to it.
	private Mono<StoredAnswer> record(IdempotencyKey key, byte[] requestHash, BufferedResponse response,
			ReactiveTransaction status) {
		StoredAnswer answer = response.answer();
		if (answer.status() >= 400) {
			status.setRollbackOnly();
			return Mono.just(answer);
		}
		return this.records.save(key, requestHash, answer).thenReturn(answer);
	}

	private Mono<byte[]> body(ServerHttpRequest request) {
		return DataBufferUtils.join(request.getBody(), this.maxBodyBytes).map((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			DataBufferUtils.release(buffer);
			return bytes;
		}).defaultIfEmpty(NOTHING);
	}

	private static byte[] hash(ServerHttpRequest request, byte[] body) {
		String target = request.getMethod() + " " + request.getURI().getRawPath() + "?"
				+ request.getURI().getRawQuery();
		return IdempotencyKey.sha256("request\n", target.getBytes(StandardCharsets.UTF_8), body);
	}

	@Override
	public int getOrder() {
		return 0;
	}

	/// A request whose body was read already.
	private static final class RepeatedBody extends ServerHttpRequestDecorator {

		private final byte[] body;

		RepeatedBody(ServerHttpRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return (this.body.length == 0)
					? Flux.empty()
					: Flux.defer(() -> Flux.just(
							DefaultDataBufferFactory.sharedInstance.wrap(this.body)));
		}

	}

}
