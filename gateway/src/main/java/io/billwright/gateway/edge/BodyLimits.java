package io.billwright.gateway.edge;

import java.util.Map;

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

/// Bounds what a client sends, in size and in time: by the length it declares, and else by counting what arrives.
@Component
class BodyLimits implements WebFilter, Ordered {

	private final DataSize limit;

	private final Map<String, DataSize> limits;

	BodyLimits(EdgeSettings settings) {
		this.limit = settings.bodyLimit();
		this.limits = settings.bodyLimits();
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
				: chain.filter(exchange.mutate().request(new Bounded(request, allowed)).build());
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

	private static final class Bounded extends ServerHttpRequestDecorator {

		private final DataSize allowed;

		Bounded(ServerHttpRequest request, DataSize allowed) {
			super(request);
			this.allowed = allowed;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return Flux.defer(() -> {
				long[] received = {0};
				return super.getBody().doOnNext((buffer) -> {
					received[0] += buffer.readableByteCount();
					if (received[0] > this.allowed.toBytes()) {
						DataBufferUtils.release(buffer);
						throw new BodyTooLarge(this.allowed);
					}
				}).onErrorMap(ChannelException.class, (slow) -> new ResponseStatusException(HttpStatus.REQUEST_TIMEOUT,
						"The request did not arrive in time."));
			});
		}

	}

}
