package io.billwright.gateway.edge;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import io.billwright.platform.observability.RequestId;

/// One line and one measurement for each request, refused or served, whoever answered it.
public final class AccessLog implements HttpHandler {

	/// The exchange's attribute with the id of who made the request.
	public static final String PRINCIPAL = AccessLog.class.getName() + ".principal";

	/// The exchange's attribute with the reading of the clock of nanoseconds at which it became a stream. Its line tells how
	/// long it lasted; the measurement of requests only how long it took to open.
	public static final String STREAM = AccessLog.class.getName() + ".stream";

	private final HttpHandler delegate;

	private final ClientAddress clients;

	private final AccessRecords records;

	private final Clock clock;

	AccessLog(HttpHandler delegate, ClientAddress clients, AccessRecords records, Clock clock) {
		this.delegate = delegate;
		this.clients = clients;
		this.records = records;
		this.clock = clock;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		long start = System.nanoTime();
		return this.delegate.handle(request, response)
				.doFinally((signal) -> record(request, response, signal, start));
	}

	private void record(ServerHttpRequest request, ServerHttpResponse response, SignalType signal, long start) {
		long end = System.nanoTime();
		Map<String, Object> attributes = request.getAttributes();
		String route = (attributes.get(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route found)
				? found.getId()
				: "none";
		this.records.add(
				new AccessEntry(this.clock.millis(), request.getMethod().name(), request.getURI().getRawPath(),
						status(response, signal), Duration.ofNanos(end - start), this.clients.of(request),
						route,
						response.getHeaders().getFirst(RequestId.HEADER), (String) attributes.get(PRINCIPAL)),
				Duration.ofNanos(((attributes.get(STREAM) instanceof Long opened) ? opened : end) - start));
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
