package io.billwright.gateway.routing;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.billwright.gateway.routing.RoutingSettings.Upstream;

/// The services by path prefix.
@Component
public final class RouteTable {

	private final Map<String, Upstream> upstreams;

	private final Prefixes<Route> routes = new Prefixes<>();

	private final List<PathPattern> publicPaths;

	RouteTable(RoutingSettings settings) {
		this.upstreams = settings.routes();
		this.publicPaths = settings.publicPaths().stream().map(PathPatternParser.defaultInstance::parse).toList();
		settings.routes().forEach((name, upstream) -> {
			Route route = Route.async().id(name).uri(upstream.url().getFirst()).predicate((exchange) -> true).build();
			upstream.prefixes().forEach((prefix) -> register(prefix, route));
		});
	}

	/// The name of the service that serves a path, or `null` where none does: the longest prefix of whole segments wins.
	public @Nullable String find(String path) {
		Route route = route(path);
		return (route != null) ? route.getId() : null;
	}

	@Nullable
	Route route(String path) {
		return this.routes.find(path);
	}

	/// Whether a path may be asked for without a credential.
	public boolean isPublic(PathContainer path) {
		return this.publicPaths.stream().anyMatch((pattern) -> pattern.matches(path));
	}

	/// Every service by name.
	public Map<String, Upstream> all() {
		return this.upstreams;
	}

	private void register(String prefix, Route route) {
		Route other = this.routes.add(prefix, route);
		if (other != null) {
			throw new IllegalStateException("billwright.gateway.routes: '%s' and '%s' both claim the prefix %s"
					.formatted(other.getId(), route.getId(), prefix));
		}
	}

}
