package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import io.netty.channel.ChannelException;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.channel.ChannelOperations;

/// Bounds what a client sends, in size and in time: by the length it declares, and else by counting what arrives.
@Component
class BodyLimits implements WebFilter, Ordered {

	private final DataSize limit;

	private final Map<String, DataSize> limits;

	private final Duration patience;

	BodyLimits(EdgeSettings settings) {
		this.limit = settings.bodyLimit();
		this.limits = settings.bodyLimits();
		this.patience = settings.requestTimeout();
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		DataSize allowed = this.limits.getOrDefault(request.getURI().getRawPath(), this.limit);
		long declared = request.getHeaders().getContentLength();
		if (declared > allowed.toBytes()) {
			exchange.getResponse().getHeaders().setConnection("close");
			return Mono.error(() -> new BodyTooLarge(allowed));
		}
		return (declared == 0 || !hasBody(request))
				? chain.filter(exchange)
				: chain.filter(exchange.mutate().request(new Bounded(exchange, allowed, this.patience)).build());
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 20;
	}

	private static boolean hasBody(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		return headers.containsHeader(HttpHeaders.CONTENT_LENGTH)
				|| headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
	}

	/// A body that fails when it grows too large or takes too long.
	private static final class Bounded extends ServerHttpRequestDecorator {

		private final HttpHeaders answer;

		private final DataSize allowed;

		private final Duration patience;

		private long received;

		Bounded(ServerWebExchange exchange, DataSize allowed, Duration patience) {
			super(exchange.getRequest());
			this.answer = exchange.getResponse().getHeaders();
			this.allowed = allowed;
			this.patience = patience;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return Flux.defer(() -> {
				long start = System.nanoTime();
				return super.getBody().doOnNext(this::count)
						.doOnComplete(this::requireEnd)
						.timeout(Mono.delay(this.patience), (buffer) -> Mono.delay(left(start)))
						.onErrorMap(Bounded::isSlow, (slow) -> new ResponseStatusException(HttpStatus.REQUEST_TIMEOUT,
								"The request did not arrive in time."))
						.onErrorMap(AbortedException.class, (cut) -> new ResponseStatusException(HttpStatus.BAD_REQUEST,
								"The request broke off before its end."))
						.doOnError((failure) -> this.answer.setConnection("close"));
			});
		}

		private void count(DataBuffer buffer) {
			this.received += buffer.readableByteCount();
			if (this.received > this.allowed.toBytes()) {
				DataBufferUtils.release(buffer);
				throw new BodyTooLarge(this.allowed);
			}
		}

		private void requireEnd() {
			if (getNativeRequest(getDelegate()) instanceof ChannelOperations<?, ?> operations
					&& RequestHeads.isCutOff(operations.channel())) {
				throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
						"The body of the request cannot be read: a chunk of it is malformed.");
			}
		}

		private Duration left(long start) {
			return this.patience.minusNanos(System.nanoTime() - start);
		}

		/// The listener has a limit of its own, for bodies that nobody reads.
		private static boolean isSlow(Throwable failure) {
			return failure instanceof TimeoutException || failure instanceof ChannelException;
		}

	}

}
