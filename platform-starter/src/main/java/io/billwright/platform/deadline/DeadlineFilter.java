package io.billwright.platform.deadline;

import java.time.Duration;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Cancels what has not been answered within the caller's time. A request that names none costs a look at its headers.
final class DeadlineFilter implements WebFilter, Ordered {

	private final Duration max;

	DeadlineFilter(Duration max) {
		this.max = max;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String header = exchange.getRequest().getHeaders().getFirst(Deadline.HEADER);
		return (header != null) ? within(header, exchange, chain) : chain.filter(exchange);
	}

	/// After what identifies and measures requests, so that those that are cut off are seen as well.
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 15;
	}

	private Mono<Void> within(String header, ServerWebExchange exchange, WebFilterChain chain) {
		return Mono.defer(() -> {
			Deadline deadline = Deadline.of(header, this.max);
			exchange.getAttributes().put(Deadline.ATTRIBUTE, deadline);
			return chain.filter(exchange)
					.timeout(deadline.left(), Mono.error(DeadlineExceeded::new))
					.contextWrite((context) -> context.put(Deadline.class, deadline));
		});
	}

}
