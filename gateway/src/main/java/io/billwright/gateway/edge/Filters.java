package io.billwright.gateway.edge;

import java.util.List;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// All filters as one, in their order. The framework's own chain writes a description of each of them for each request, in case
/// that it fails, and puts an operator behind each that keeps it.
final class Filters implements WebFilter {

	private final WebFilter[] all;

	Filters(List<WebFilter> all) {
		this.all = all.toArray(WebFilter[]::new);
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return from(0, chain).filter(exchange);
	}

	private WebFilterChain from(int first, WebFilterChain end) {
		return (first == this.all.length)
				? end
				: (exchange) -> Mono.defer(() -> this.all[first].filter(exchange, from(first + 1, end)));
	}

	@Override
	public String toString() {
		return "filters";
	}

}
