package io.billwright.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The client of the services, and the circuit breakers in one place, so that their state can be seen.
@Configuration(proxyBeanMethods = false)
class UpstreamConfiguration {

	@Bean
	CircuitBreakerRegistry circuitBreakers() {
		return CircuitBreakerRegistry.ofDefaults();
	}

	/// A service's time runs from when it has the whole request. With the framework's own timeout a client that sends
	/// slowly would count as a service that does not answer, and a few of them could cut the service off.
	@Bean
	HttpClientCustomizer silenceLimit(UpstreamSettings settings) {
		return (client) -> client.responseTimeout(settings.responseTimeout());
	}

	@Bean
	TaggedCircuitBreakerMetrics circuitBreakerMetrics(CircuitBreakerRegistry breakers) {
		return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers);
	}

}
