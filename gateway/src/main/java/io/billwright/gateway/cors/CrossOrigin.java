package io.billwright.gateway.cors;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

import io.billwright.gateway.reload.Reloadable;
import io.billwright.platform.failure.Unavailable;

/// Answers preflights at the edge and marks every answer, errors too, for origins that an organization allows. As soon as
/// it is known whose request it is, only that organization's origins count. Other origins get answers without a mark,
/// which their browser keeps from the page.
@Component
public class CrossOrigin implements WebFilter, Ordered, Reloadable {

	private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
			HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

	private static final List<String> REQUEST_HEADERS = List.of("Authorization", "Billwright-Mode", "Content-Type",
			"Idempotency-Key", "If-Match", "If-None-Match", "X-API-Key", "X-CSRF-Token", "X-Request-Id",
			"X-Request-Timeout", "traceparent");

	private static final List<String> RESPONSE_HEADERS = List.of("Deprecation", "ETag", "Idempotency-Replayed", "Link",
			"Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Server-Timing", "Sunset", "X-Request-Id");

	private static final List<String> MARKS = List.of(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN,
			HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS);

	private final Origins origins;

	private volatile Duration preflightMaxAge;

	CrossOrigin(Origins origins, CorsSettings settings) {
		this.origins = origins;
		this.preflightMaxAge = settings.preflightMaxAge();
	}

	@Override
	public Runnable prepare(Binder configuration) {
		CorsSettings settings = configuration.bindOrCreate(CorsSettings.PREFIX, CorsSettings.class);
		return () -> {
			this.preflightMaxAge = settings.preflightMaxAge();
			this.origins.reload(settings);
		};
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		exchange.getResponse().getHeaders().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
		if (!CorsUtils.isCorsRequest(exchange.getRequest())) {
			return chain.filter(exchange);
		}
		String origin = String.valueOf(exchange.getRequest().getHeaders().getOrigin());
		return CorsUtils.isPreFlightRequest(exchange.getRequest())
				? this.origins.allows(origin, exchange).flatMap((allowed) -> preflight(exchange, origin, allowed))
				: this.origins.allows(origin, exchange)
						.onErrorReturn(Unavailable.class, false)
						.doOnNext((allowed) -> mark(exchange.getResponse(), origin, allowed))
						.then(Mono.defer(() -> chain.filter(exchange)));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 30;
	}

	/// Takes the mark off where the organization that the request is made for does not allow the origin. Cold.
	public Mono<Void> confine(ServerWebExchange exchange, @Nullable String organization) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		String origin = headers.getAccessControlAllowOrigin();
		return (origin == null || organization == null)
				? Mono.empty()
				: this.origins.allows(origin, organization)
						.onErrorReturn(Unavailable.class, false)
						.filter((allowed) -> !allowed)
						.doOnNext((foreign) -> MARKS.forEach(headers::remove))
						.then();
	}

	private Mono<Void> preflight(ServerWebExchange exchange, String origin, boolean allowed) {
		if (!allowed) {
			return Mono.error(OriginNotAllowed::new);
		}
		ServerHttpResponse response = exchange.getResponse();
		mark(response, origin, true);
		HttpHeaders headers = response.getHeaders();
		headers.setAccessControlAllowMethods(METHODS);
		headers.setAccessControlAllowHeaders(REQUEST_HEADERS);
		headers.setAccessControlMaxAge(this.preflightMaxAge);
		response.setStatusCode(HttpStatus.NO_CONTENT);
		return response.setComplete();
	}

	private static void mark(ServerHttpResponse response, String origin, boolean allowed) {
		if (allowed) {
			HttpHeaders headers = response.getHeaders();
			headers.setAccessControlAllowOrigin(origin);
			headers.setAccessControlAllowCredentials(true);
			headers.setAccessControlExposeHeaders(RESPONSE_HEADERS);
		}
	}

}
