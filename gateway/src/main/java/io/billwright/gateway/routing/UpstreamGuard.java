package io.billwright.gateway.routing;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Unavailable;

/// Guards the way to each service: one that does not answer is given a rest, and what went wrong on the way is told as
/// 503 or 504. What the client does wrong on its side of the connection is not the service's fault.
@Component
class UpstreamGuard implements GlobalFilter, Ordered {

	/// Behind the filter that writes the answer back, so that an answer under way is never taken for silence.
	private static final int ORDER = 100;

	private final CircuitBreakerRegistry breakers;

	private final UpstreamSettings settings;

	UpstreamGuard(CircuitBreakerRegistry breakers, UpstreamSettings settings) {
		this.breakers = breakers;
		this.settings = settings;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		CircuitBreaker breaker = this.breakers.circuitBreaker("route-" + route.getId(), this.settings::breaker);
		return chain.filter(exchange)
				.onErrorMap(UpstreamTrouble::isTrouble, UpstreamTrouble::new)
				.transformDeferred(CircuitBreakerOperator.of(breaker))
				.onErrorMap(CallNotPermittedException.class, (open) -> unavailable(route))
				.onErrorMap(UpstreamTrouble.class, (trouble) -> toAnswer(route, trouble));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	private RuntimeException toAnswer(Route route, UpstreamTrouble trouble) {
		return trouble.isSilence()
				? new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT,
						"The service did not answer in time. Whether it did what was asked is not known.")
				: unavailable(route);
	}

	private RuntimeException unavailable(Route route) {
		return new Unavailable("service_unavailable",
				"The %s does not answer at the moment. Try again.".formatted(route.getId()), this.settings.rest());
	}

}
