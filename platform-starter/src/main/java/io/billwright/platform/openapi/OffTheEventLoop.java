package io.billwright.platform.openapi;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// springdoc reads classes from disk when it is first asked, so it is asked where that may block.
final class OffTheEventLoop implements WebFilter, Ordered {

	private static final String PATH = "/v3/api-docs";

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		Mono<Void> answer = chain.filter(exchange);
		boolean description = exchange.getRequest().getPath().value().startsWith(PATH);
		return description ? answer.subscribeOn(Schedulers.boundedElastic()) : answer;
	}

	/// Last, so that nothing behind it goes back.
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
