package io.billwright.gateway.edge;

import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Invalid;

/// Refuses what two parties could read differently: a path that one of them would normalize into another one, and methods
/// that no endpoint has.
@Component
class WellFormedRequests implements WebFilter, Ordered {

	private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
			HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS);

	/// Empty, `.` and `..` segments, parameters, backslashes, and slashes, dots, backslashes or control characters that hide
	/// in an escape.
	private static final Pattern MISLEADING = Pattern
			.compile("//|/\\.{1,2}(/|$)|[;\\\\]|%(2[ef]|5c|3b|25|[01][0-9a-f]|7f)", Pattern.CASE_INSENSITIVE);

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!METHODS.contains(exchange.getRequest().getMethod())) {
			return Mono.error(() -> new MethodNotAllowedException(exchange.getRequest().getMethod(), METHODS));
		}
		return MISLEADING.matcher(exchange.getRequest().getURI().getRawPath()).find()
				? Mono.error(() -> new Invalid("path", "ambiguous", "can be read in more than one way"))
				: chain.filter(exchange);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 10;
	}

}
