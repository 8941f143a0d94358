package io.billwright.gateway.edge;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

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

	/// Who answers may say these otherwise.
	private static final Set<String> DEFAULTS = Set.of(CONTENT_SECURITY_POLICY, HttpHeaders.CACHE_CONTROL);

	private static final Map<String, String> PLAIN = Map.of("X-Content-Type-Options", "nosniff",
			"X-Frame-Options", "DENY",
			"Referrer-Policy", "no-referrer",
			"Cross-Origin-Opener-Policy", "same-origin",
			"Permissions-Policy", "camera=(), geolocation=(), microphone=()",
			CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'",
			HttpHeaders.CACHE_CONTROL, "no-store");

	private static final Map<String, String> SECURE = secure();

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

	/// What every answer bears.
	static Map<String, String> of(boolean secure) {
		return secure ? SECURE : PLAIN;
	}

	private static void harden(HttpHeaders headers, boolean secure) {
		of(secure).forEach((name, value) -> {
			if (!DEFAULTS.contains(name) || !headers.containsHeader(name)) {
				headers.set(name, value);
			}
		});
	}

	private static Map<String, String> secure() {
		Map<String, String> headers = new HashMap<>(PLAIN);
		headers.put("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
		return Map.copyOf(headers);
	}

}
