package io.billwright.user.audit;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Notes from where a request came. The last address of `X-Forwarded-For` is the one that the gateway has seen itself;
/// whatever stands before it a client may have made up.
@Component
class ClientFilter implements WebFilter {

	private static final String REQUEST_ID = "X-Request-Id";

	private static final int LENGTH_MAX = 500;

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		Client client = new Client(address(headers.getFirst("X-Forwarded-For")),
				bounded(headers.getFirst(HttpHeaders.USER_AGENT)), requestId(exchange));
		return chain.filter(exchange).contextWrite((context) -> context.put(Client.class, client));
	}

	/// The answer has it first: there it is also when the client has sent none.
	private static @Nullable String requestId(ServerWebExchange exchange) {
		String answered = exchange.getResponse().getHeaders().getFirst(REQUEST_ID);
		return (answered != null) ? answered : bounded(exchange.getRequest().getHeaders().getFirst(REQUEST_ID));
	}

	private static @Nullable String address(@Nullable String forwardedFor) {
		return (forwardedFor == null)
				? null
				: bounded(forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip());
	}

	private static @Nullable String bounded(@Nullable String text) {
		return ((text == null) || (text.length() <= LENGTH_MAX)) ? text : text.substring(0, LENGTH_MAX);
	}

}
