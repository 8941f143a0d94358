package io.billwright.gateway.routing;

import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Sends a request whose path a service claims on its way at once. The framework's dispatcher would ask one kind of handler
/// after the other, and then each route whether it fits.
@Component
class RoutedRequests implements WebFilter, Ordered {

	private final RouteTable table;

	private final FilteringWebHandler filters;

	private final ApplicationContext gateway;

	RoutedRequests(RouteTable table, FilteringWebHandler filters, ApplicationContext gateway) {
		this.table = table;
		this.filters = filters;
		this.gateway = gateway;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		Route route = isManagement(exchange) ? null : this.table.route(exchange.getRequest().getURI().getRawPath());
		if (route == null) {
			return chain.filter(exchange);
		}
		exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
		return this.filters.handle(exchange);
	}

	/// The management port has a context of its own, which inherits the filters, and leads to no service.
	private boolean isManagement(ServerWebExchange exchange) {
		return !this.gateway.equals(exchange.getApplicationContext());
	}

	/// After every other, where the dispatcher would be next.
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
