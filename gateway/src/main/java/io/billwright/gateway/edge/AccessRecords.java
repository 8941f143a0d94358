package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.springframework.stereotype.Component;

/// A measurement of each request, and a line of each or of a share of them.
@Component
class AccessRecords {

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

	private static final int FAILED = 400;

	private final MeterRegistry meters;

	private final AccessLines lines;

	private final double share;

	/// As many as there are routes, methods and statuses.
	private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

	AccessRecords(MeterRegistry meters, AccessLines lines, EdgeSettings settings) {
		this.meters = meters;
		this.lines = lines;
		this.share = settings.accessLogShare();
	}

	void add(AccessEntry entry) {
		add(entry, entry.duration());
	}

	/// @param measured how long the client waited
	void add(AccessEntry entry, Duration measured) {
		String method = METHODS.contains(entry.method()) ? entry.method() : "OTHER";
		this.timers.computeIfAbsent(new Kind(entry.route(), method, entry.status()), this::timer)
				.record(measured);
		if (entry.status() >= FAILED || this.share >= 1 || ThreadLocalRandom.current().nextDouble() < this.share) {
			this.lines.add(entry);
		}
	}

	/// @param error the name of the error that the client was told
	void sentAway(String error) {
		Counter.builder("billwright.gateway.http2.sent.away")
				.description("HTTP/2 connections that were ended because of what their clients sent")
				.tag("error", error)
				.register(this.meters)
				.increment();
	}

	private Timer timer(Kind kind) {
		return Timer.builder("billwright.gateway.requests")
				.description("Requests from the first byte in to the last byte out")
				.tag("route", kind.route)
				.tag("method", kind.method)
				.tag("status", Integer.toString(kind.status))
				.register(this.meters);
	}

	private record Kind(String route, String method, int status) {}

}
