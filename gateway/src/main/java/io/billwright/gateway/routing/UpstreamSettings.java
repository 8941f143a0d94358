package io.billwright.gateway.routing;

import java.time.Duration;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long services are waited for, and when one that does not answer is given a rest.
///
/// @param responseTimeout how long a service may be silent once it has the whole request
/// @param failureRate percentage of requests without an answer from which on it is
/// @param window how many of the last requests are looked at
/// @param minimum how many requests there must have been
/// @param rest how long it is left alone; then a few requests probe it
@ConfigurationProperties("billwright.gateway.upstream")
record UpstreamSettings(@DefaultValue("30s") Duration responseTimeout, @DefaultValue("50") float failureRate,
		@DefaultValue("50") int window,
		@DefaultValue("10") int minimum, @DefaultValue("5s") Duration rest) {

	/// What the service answers, even a 500, is an answer: only silence counts.
	CircuitBreakerConfig breaker() {
		return CircuitBreakerConfig.custom()
				.failureRateThreshold(this.failureRate)
				.slidingWindow(this.window, this.minimum, SlidingWindowType.COUNT_BASED,
						SlidingWindowSynchronizationStrategy.LOCK_FREE)
				.waitDurationInOpenState(this.rest)
				.permittedNumberOfCallsInHalfOpenState(3)
				.recordException(UpstreamTrouble.class::isInstance)
				.ignoreException((failure) -> !(failure instanceof UpstreamTrouble))
				.build();
	}

}
