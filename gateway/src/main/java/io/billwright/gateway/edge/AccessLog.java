package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/// One line and one measurement for each request, refused or served, whoever answered it. No query string, header or
/// cookie is logged: they may hold personal data and secrets.
public final class AccessLog implements HttpHandler {

	/// The exchange's attribute with the id of who made the request.
	public static final String PRINCIPAL = AccessLog.class.getName() + ".principal";

	private static final Logger logger = LoggerFactory.getLogger("access");

	private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
			HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS);

	private final HttpHandler delegate;

	private final ClientAddress clients;

	private final MeterRegistry meters;

	AccessLog(HttpHandler delegate, ClientAddress clients, MeterRegistry meters) {
		this.delegate = delegate;
		this.clients = clients;
		this.meters = meters;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		long start = System.nanoTime();
		return this.delegate.handle(request, response)
				.doFinally((signal) -> record(request, response, signal, Duration.ofNanos(System.nanoTime() - start)));
	}

	private void record(ServerHttpRequest request, ServerHttpResponse response, SignalType signal, Duration duration) {
		Map<String, Object> attributes = request.getAttributes();
		String route = (attributes.get(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route found)
				? found.getId()
				: "none";
		int status = status(response, signal);
		Timer.builder("billwright.gateway.requests")
				.description("Requests from the first byte in to the last byte out")
				.tag("route", route)
				.tag("method", METHODS.contains(request.getMethod()) ? request.getMethod().name() : "OTHER")
				.tag("status", Integer.toString(status))
				.register(this.meters)
				.record(duration);
		LoggingEventBuilder line = logger.atInfo()
				.addKeyValue("http.request.method", request.getMethod().name())
				.addKeyValue("url.path", request.getURI().getRawPath())
				.addKeyValue("http.response.status_code", status)
				.addKeyValue("event.duration", duration.toNanos())
				.addKeyValue("client.ip", this.clients.of(request).getHostAddress())
				.addKeyValue("route", route)
				.addKeyValue("request_id", response.getHeaders().getFirst("X-Request-Id"));
		Object principal = attributes.get(PRINCIPAL);
		((principal != null) ? line.addKeyValue("user.id", principal) : line).log("{} {} {}", request.getMethod(),
				request.getURI().getRawPath(), status);
	}

	/// A client that left before the answer gets the number that web servers use for it.
	private static int status(ServerHttpResponse response, SignalType signal) {
		if (signal == SignalType.CANCEL && !response.isCommitted()) {
			return 499;
		}
		HttpStatusCode status = response.getStatusCode();
		return (status != null) ? status.value() : 200;
	}

}
