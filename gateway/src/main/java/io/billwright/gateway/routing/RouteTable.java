package io.billwright.gateway.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.billwright.gateway.reload.Reloadable;
import io.billwright.gateway.routing.RoutingSettings.Upstream;

/// The services by path prefix. Reloaded last, when whatever a new route leads to is there.
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
public final class RouteTable implements Reloadable {

	private static final String PREFIX = "prefix";

	private static final String CACHE = "cache";

	private final ApplicationEventPublisher events;

	private volatile Table table;

	RouteTable(RoutingSettings settings, ApplicationEventPublisher events) {
		this.events = events;
		this.table = Table.of(settings);
	}

	/// The name of the service that serves a path, or `null` where none does: the longest prefix of whole segments wins.
	public @Nullable String find(String path) {
		Route route = route(path);
		return (route != null) ? route.getId() : null;
	}

	@Nullable
	Route route(String path) {
		return this.table.routes.find(path);
	}

	/// The path prefix that led to a route.
	public static String prefix(Route route) {
		return String.valueOf(route.getMetadata().get(PREFIX));
	}

	/// Whether answers of a route are kept. Not while a new version is being tried, whose answers are others.
	public static boolean isCached(Route route) {
		return Boolean.TRUE.equals(route.getMetadata().get(CACHE));
	}

	/// Whether a path may be asked for without a credential.
	public boolean isPublic(PathContainer path) {
		for (PathPattern pattern : this.table.publicPaths) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

	/// Every service by name.
	public Map<String, Upstream> all() {
		return this.table.upstreams;
	}

	@Override
	public Runnable prepare(Binder configuration) {
		Table next = Table.of(RoutingSettings.of(configuration));
		return () -> {
			this.table = next;
			// The framework remembers the filters of each route.
			this.events.publishEvent(new RefreshRoutesEvent(this));
		};
	}

	private record Table(Map<String, Upstream> upstreams, Prefixes<Route> routes, List<PathPattern> publicPaths) {

		/// @throws IllegalArgumentException with every prefix that is claimed twice
		static Table of(RoutingSettings settings) {
			Prefixes<Route> routes = new Prefixes<>();
			List<String> problems = new ArrayList<>();
			settings.routes().forEach((name, upstream) -> upstream.prefixes().forEach((prefix) -> {
				Route other = routes.add(prefix, route(name, upstream, prefix));
				if (other != null) {
					problems.add("'%s' and '%s' both claim the prefix %s".formatted(other.getId(), name, prefix));
				}
			}));
			if (!problems.isEmpty()) {
				throw new IllegalArgumentException("billwright.gateway.routes: " + String.join("; ", problems));
			}
			return new Table(settings.routes(), routes,
					settings.publicPaths().stream().map(PathPatternParser.defaultInstance::parse).toList());
		}

		private static Route route(String name, Upstream upstream, String prefix) {
			return Route.async()
					.id(name)
					.uri(upstream.url().getFirst())
					.predicate((exchange) -> true)
					.metadata(PREFIX, prefix)
					.metadata(CACHE, upstream.cache() && upstream.canary() == null)
					.build();
		}

	}

}
