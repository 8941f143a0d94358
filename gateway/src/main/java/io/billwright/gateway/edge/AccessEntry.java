package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// What is told of one request: a line and a measurement. No query string, header or cookie, because they may hold
/// personal data and secrets.
///
/// @param method as the client wrote it
/// @param path raw and without its query
/// @param status of the answer, or 499 for a client that left before it
/// @param duration from the first byte in to the last byte out
/// @param client the client's address
/// @param route the service that it went to, or `none`
/// @param requestId what the client may quote
/// @param principal who made it, where that is known
record AccessEntry(String method, String path, int status, Duration duration, String client, String route,
		@Nullable String requestId, @Nullable String principal) {

	private static final Logger logger = LoggerFactory.getLogger("access");

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

	void write(MeterRegistry meters) {
		Timer.builder("billwright.gateway.requests")
				.description("Requests from the first byte in to the last byte out")
				.tag("route", this.route)
				.tag("method", METHODS.contains(this.method) ? this.method : "OTHER")
				.tag("status", Integer.toString(this.status))
				.register(meters)
				.record(this.duration);
		LoggingEventBuilder line = logger.atInfo()
				.addKeyValue("http.request.method", this.method)
				.addKeyValue("url.path", this.path)
				.addKeyValue("http.response.status_code", this.status)
				.addKeyValue("event.duration", this.duration.toNanos())
				.addKeyValue("client.ip", this.client)
				.addKeyValue("route", this.route)
				.addKeyValue("request_id", this.requestId);
		((this.principal != null) ? line.addKeyValue("user.id", this.principal) : line).log("{} {} {}", this.method,
				this.path, this.status);
	}

}
