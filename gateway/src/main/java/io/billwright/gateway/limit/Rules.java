package io.billwright.gateway.limit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.billwright.gateway.limit.LimitSettings.Cost;
import io.billwright.gateway.limit.LimitSettings.PathLimit;
import io.billwright.gateway.limit.LimitSettings.Per;

/// What the configuration says of single paths and services.
@Component
final class Rules {

	private final List<Rule> paths;

	private final Map<String, Rule> services = new HashMap<>();

	Rules(LimitSettings settings, ServiceLimitSettings services) {
		this.paths = settings.paths().entrySet().stream().map((entry) -> of(entry.getKey(), entry.getValue())).toList();
		services.routes().forEach((name, limit) -> {
			if (limit.rateLimit() != null) {
				this.services.put(name, new Rule(null, null, Per.CALLER,
						Policies.of(name, limit.rateLimit(), limit.dryRun()), Cost.ONE));
			}
		});
	}

	/// The first rule that fits the request's path, or `null`.
	@Nullable
	Rule ofPath(ServerHttpRequest request) {
		for (Rule rule : this.paths) {
			if (rule.fits(request)) {
				return rule;
			}
		}
		return null;
	}

	/// The rule of the service that serves the request, or `null`.
	@Nullable
	Rule ofService(ServerWebExchange exchange) {
		return (!this.services.isEmpty()
				&& exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route route)
						? this.services.get(route.getId())
						: null;
	}

	private static Rule of(String name, PathLimit limit) {
		return new Rule(PathPatternParser.defaultInstance.parse(limit.path()), limit.method(), limit.per(),
				(limit.rateLimit() != null) ? Policies.of(name, limit.rateLimit(), limit.dryRun()) : null,
				limit.cost());
	}

	/// @param policies none where the rule only says what a request costs
	record Rule(@Nullable PathPattern path, @Nullable HttpMethod method, Per per, @Nullable Policies policies,
			Cost cost) {

		boolean fits(ServerHttpRequest request) {
			return (this.method == null || this.method.equals(request.getMethod()))
					&& (this.path == null || this.path.matches(request.getPath().pathWithinApplication()));
		}

		boolean isPer(Per whom) {
			return this.per == whom && this.policies != null;
		}

	}

}
