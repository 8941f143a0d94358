package io.billwright.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;

import io.billwright.gateway.overload.ConcurrencyLimit;
import io.billwright.gateway.overload.Priority;
import io.billwright.platform.clients.RetryBudget;
import io.billwright.platform.failure.Unavailable;

/// A service as the gateway sees it.
///
/// @param name of its route
/// @param urls where it is, by name
/// @param instances where it is, by address
/// @param breaker gives it a rest when it does not answer
/// @param limit how many requests it gets at the same time
/// @param refused counts those that are too many, by priority
/// @param budget of its retries
/// @param retries counts them
/// @param settings of all services
record Service(String name, List<URI> urls, Instances instances, CircuitBreaker breaker, ConcurrencyLimit limit,
		Map<Priority, Counter> refused, RetryBudget budget, Counter retries, UpstreamSettings settings) {

	/// Seconds.
	private static final int RETRY_AFTER_MAX = 3;

	/// What a client is told who cannot be served.
	RuntimeException unavailable() {
		return new Unavailable("service_unavailable",
				"The %s does not answer at the moment. Try again.".formatted(this.name),
				this.settings.rest());
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
