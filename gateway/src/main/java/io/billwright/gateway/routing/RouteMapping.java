package io.billwright.gateway.routing;

import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Asks the table for the route instead of asking each route whether it fits. A path that no service claims has none,
/// which is a 404.
@Component
class RouteMapping extends RoutePredicateHandlerMapping {

	private final RouteTable table;

	RouteMapping(FilteringWebHandler filters, RouteLocator locator, GlobalCorsProperties cors, Environment environment,
			RouteTable table) {
		super(filters, locator, cors, environment);
		this.table = table;
	}

	@Override
	protected Mono<Route> lookupRoute(ServerWebExchange exchange) {
		return Mono.justOrEmpty(this.table.route(exchange.getRequest().getURI().getRawPath()));
	}

}
