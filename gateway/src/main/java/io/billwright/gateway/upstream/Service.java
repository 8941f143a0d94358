package io.billwright.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;

import io.billwright.gateway.overload.ConcurrencyLimit;
import io.billwright.gateway.overload.OverloadSettings;
import io.billwright.gateway.overload.Priority;
import io.billwright.gateway.routing.RoutingSettings.Upstream;
import io.billwright.platform.clients.RetryBudget;
import io.billwright.platform.failure.Unavailable;

/// A service as the gateway sees it.
///
/// @param name of its route
/// @param definition as the configuration has it
/// @param fleet where it is
/// @param canary a new version of it, where there is one
/// @param breaker gives it a rest when it cannot be reached
/// @param groups give each of its path prefixes a rest that stays silent, and not the others
/// @param limit how many requests it gets at the same time
/// @param refused counts those that are too many, by priority
/// @param budget of its retries
/// @param retries counts them
record Service(String name, Definition definition, Fleet fleet, @Nullable Canary canary, CircuitBreaker breaker,
		Map<String, CircuitBreaker> groups, ConcurrencyLimit limit, Map<Priority, Counter> refused, RetryBudget budget,
		Counter retries) {

	/// What makes it what it is: as long as this is the same, so is the service.
	record Definition(Upstream upstream, UpstreamSettings settings, OverloadSettings overload) {}

	/// Seconds.
	private static final int RETRY_AFTER_MAX = 3;

	UpstreamSettings settings() {
		return this.definition.settings();
	}

	/// The circuit breaker of a path prefix.
	CircuitBreaker group(String prefix) {
		return Objects.requireNonNull(this.groups.get(prefix));
	}

	/// What a client is told who cannot be served.
	///
	/// @param cause for the log; `null` while nobody is served, which has been logged already
	RuntimeException unavailable(@Nullable Throwable cause) {
		return new Unavailable("service_unavailable",
				"The %s does not answer at the moment. Try again.".formatted(this.name),
				settings().rest(), cause);
	}

	/// What a client is told whose request is one too many. Those who come back do not all come at once.
	RuntimeException overloaded(Priority priority) {
		Objects.requireNonNull(this.refused.get(priority)).increment();
		return new Unavailable("overloaded",
				"The %s has more to do than it can at the moment. Try again.".formatted(this.name),
				Duration.ofSeconds(ThreadLocalRandom.current().nextInt(1, RETRY_AFTER_MAX + 1)));
	}

	static InetSocketAddress unresolved(URI url) {
		return InetSocketAddress.createUnresolved(url.getHost(), port(url));
	}

	/// Keeps the name, which the service reads in `Host` and TLS compares with the certificate.
	static InetSocketAddress at(URI url, InetAddress address) {
		try {
			return new InetSocketAddress(InetAddress.getByAddress(url.getHost(), address.getAddress()), port(url));
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("An address has the length of one", ex);
		}
	}

	private static int port(URI url) {
		return (url.getPort() > 0) ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
	}

}
