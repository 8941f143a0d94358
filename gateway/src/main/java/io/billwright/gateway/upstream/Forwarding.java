package io.billwright.gateway.upstream;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.gateway.cache.Origin.Reception;
import io.billwright.gateway.cache.SharedCache;
import io.billwright.gateway.overload.Priorities;
import io.billwright.gateway.overload.Priority;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.gateway.stream.Streams;

/// The end of the chain: sends the request to its service and the answer back. It stands for three filters of the
/// framework, of which the first takes each address apart and puts it together again, and none could send a request twice.
@Component
class Forwarding implements GlobalFilter, Ordered {

	private final Services services;

	private final Priorities priorities;

	private final PassedHeaders headers;

	private final Streams streams;

	private final SharedCache cache;

	Forwarding(Services services, Priorities priorities, PassedHeaders headers, Streams streams, SharedCache cache) {
		this.services = services;
		this.priorities = priorities;
		this.headers = headers;
		this.streams = streams;
		this.cache = cache;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		return (RouteTable.isCached(route) && !WebSocketPassage.isWanted(exchange.getRequest()))
				? this.cache.serve(exchange, RouteTable.prefix(route), this.headers.toService(exchange),
						(sent, reception) -> Mono.defer(() -> forward(exchange, route, sent, reception)))
				: forward(exchange, route, null, null);
	}

	/// @param sent what the service is sent, where that is known already
	private Mono<Void> forward(ServerWebExchange exchange, Route route, @Nullable HttpHeaders sent,
			@Nullable Reception reception) {
		Service service = this.services.require(route.getId());
		Priority priority = this.priorities.of(exchange.getRequest().getURI().getRawPath());
		if (!service.limit().admits(priority)) {
			return Mono.error(service.overloaded(priority));
		}
		if (WebSocketPassage.isWanted(exchange.getRequest())) {
			return new WebSocketPassage(exchange, service, this.headers, this.streams).begin();
		}
		CircuitBreaker group = service.group(RouteTable.prefix(route));
		if (!group.tryAcquirePermission()) {
			return Mono.error(service.unavailable(null));
		}
		if (!service.breaker().tryAcquirePermission()) {
			group.releasePermission();
			return Mono.error(service.unavailable(null));
		}
		return new Passage(exchange, service, group, (sent != null) ? sent : this.headers.toService(exchange),
				this.headers, this.streams, reception).begin();
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
