package io.billwright.gateway.routing;

import java.util.List;
import java.util.Map;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

import io.billwright.gateway.routing.RoutingSettings.Upstream;

/// One route per service. A path that no service claims has no route, which is a 404.
@Component
class ServiceRoutes implements RouteLocator {

	private final RouteTable table;

	private final List<Route> routes;

	ServiceRoutes(RouteTable table) {
		this.table = table;
		this.routes = table.all().entrySet().stream().map((entry) -> route(entry.getKey(), entry.getValue())).toList();
	}

	@Override
	public Flux<Route> getRoutes() {
		return Flux.fromIterable(this.routes);
	}

	@Override
	public Flux<Route> getRoutesByMetadata(Map<String, Object> metadata) {
		return getRoutes().filter((route) -> RouteLocator.matchMetadata(route.getMetadata(), metadata));
	}

	private Route route(String name, Upstream upstream) {
		return Route.async()
				.id(name)
				.uri(upstream.url())
				.predicate((exchange) -> name.equals(this.table.find(exchange.getRequest().getURI().getRawPath())))
				.build();
	}

}
