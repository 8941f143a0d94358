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

	private static final boolean[] PLAIN = plain();

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!METHODS.contains(exchange.getRequest().getMethod())) {
			return Mono.error(() -> new MethodNotAllowedException(exchange.getRequest().getMethod(), METHODS));
		}
		String path = exchange.getRequest().getURI().getRawPath();
		return !isPlain(path) && MISLEADING.matcher(path).find()
				? Mono.error(() -> new Invalid("path", "ambiguous", "can be read in more than one way"))
				: chain.filter(exchange);
	}

	/// Nearly every path is: letters, digits, `_`, `-` and single slashes mislead nobody.
	private static boolean isPlain(String path) {
		char before = 0;
		for (int i = 0; i < path.length(); i++) {
			char character = path.charAt(i);
			boolean plain = (character == '/')
					? before != '/'
					: character < PLAIN.length && PLAIN[character];
			if (!plain) {
				return false;
			}
			before = character;
		}
		return true;
	}

	private static boolean[] plain() {
		boolean[] plain = new boolean[128];
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".chars().forEach((c) -> plain[c] = true);
		return plain;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 10;
	}

}
