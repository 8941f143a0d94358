package io.billwright.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;

import io.billwright.platform.clients.RetryBudget;
import io.billwright.platform.failure.Unavailable;

/// A service as the gateway sees it.
///
/// @param name of its route
/// @param urls where it is, by name
/// @param instances where it is, by address
/// @param breaker gives it a rest when it does not answer
/// @param budget of its retries
/// @param retries counts them
/// @param settings of all services
record Service(String name, List<URI> urls, Instances instances, CircuitBreaker breaker, RetryBudget budget,
		Counter retries, UpstreamSettings settings) {

	/// What a client is told who cannot be served.
	RuntimeException unavailable() {
		return new Unavailable("service_unavailable",
				"The %s does not answer at the moment. Try again.".formatted(this.name),
				this.settings.rest());
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
