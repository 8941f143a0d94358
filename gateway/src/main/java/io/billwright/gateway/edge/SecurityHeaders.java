package io.billwright.gateway.edge;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Tells browsers to take nothing for granted. Answers of the API are data: a browser has nothing to run, frame or keep.
@Component
class SecurityHeaders implements WebFilter, Ordered {

	private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

	private final ClientAddress clients;

	SecurityHeaders(ClientAddress clients) {
		this.clients = clients;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		boolean secure = "https".equals(this.clients.scheme(exchange.getRequest()));
		HttpHeaders headers = exchange.getResponse().getHeaders();
		exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> harden(headers, secure)));
		return chain.filter(exchange);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	private static void harden(HttpHeaders headers, boolean secure) {
		if (secure) {
			headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
		}
		headers.set("X-Content-Type-Options", "nosniff");
		headers.set("X-Frame-Options", "DENY");
		headers.set("Referrer-Policy", "no-referrer");
		headers.set("Cross-Origin-Opener-Policy", "same-origin");
		headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
		if (!headers.containsHeader(CONTENT_SECURITY_POLICY)) {
			headers.set(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
		}
		if (!headers.containsHeader(HttpHeaders.CACHE_CONTROL)) {
			headers.setCacheControl("no-store");
		}
	}

}
