package io.billwright.gateway.edge;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

import io.billwright.platform.identity.Passport;

/// What passes to a service and back. Nothing that the gateway itself says can be said by a client, and no credential goes
/// further than this.
@Component
public class ForwardedHeaders implements HttpHeadersFilter, Ordered {

	/// The exchange's attribute with the passport that the service will see.
	public static final String PASSPORT = ForwardedHeaders.class.getName() + ".passport";

	private static final String OURS = "x-billwright-";

	private static final String FORWARDED = "x-forwarded-";

	private static final String REQUEST_ID = "X-Request-Id";

	private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-authenticate",
			"proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
			"http2-settings");

	private static final Set<String> NOT_IN = Set.of("forwarded", "x-real-ip", "x-request-id", "authorization",
			"x-api-key", "x-csrf-token", "cookie", "host", "expect");

	private static final Set<String> NOT_OUT = Set.of("x-request-id", "server", "x-powered-by");

	private final ClientAddress clients;

	ForwardedHeaders(ClientAddress clients) {
		this.clients = clients;
	}

	@Override
	public boolean supports(Type type) {
		return type == Type.REQUEST;
	}

	/// Last, because another filter of the framework drops every `X-Forwarded-*`, ours too.
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		HttpHeaders headers = new HttpHeaders();
		Set<String> named = connectionOptions(input);
		input.forEach((name, values) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			if (!named.contains(lower) && mayEnter(lower)) {
				headers.put(name, values);
			}
		});
		ServerHttpRequest request = exchange.getRequest();
		headers.set("X-Forwarded-For", this.clients.of(request).getHostAddress());
		headers.set("X-Forwarded-Proto", this.clients.scheme(request));
		headers.set(Passport.HEADER, exchange.getRequiredAttribute(PASSPORT));
		headers.set(REQUEST_ID, Objects.requireNonNullElse(exchange.getResponse().getHeaders().getFirst(REQUEST_ID),
				request.getId()));
		headers.set(TraceParent.HEADER, Tracing.parent(exchange));
		return headers;
	}

	private static boolean mayEnter(String name) {
		return !HOP_BY_HOP.contains(name) && !NOT_IN.contains(name) && !name.startsWith(OURS)
				&& !name.startsWith(FORWARDED);
	}

	static boolean mayLeave(String name) {
		return !HOP_BY_HOP.contains(name) && !NOT_OUT.contains(name) && !name.startsWith(OURS)
				&& !name.startsWith("access-control-");
	}

	/// RFC 9110 section 7.6.1: what `Connection` names concerns this connection only.
	static Set<String> connectionOptions(HttpHeaders headers) {
		return headers.containsHeader(HttpHeaders.CONNECTION)
				? Set.copyOf(headers.getConnection().stream().map((option) -> option.toLowerCase(Locale.ROOT)).toList())
				: Set.of();
	}

}
