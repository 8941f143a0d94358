package io.billwright.gateway.support;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/// When the rest of a circuit breaker is over, requests that arrive at the same time take turns at a lock, once, for the
/// microseconds in which the first of them changes the state.
public final class JustifiedBreakerLock implements BlockHoundIntegration {

	@Override
	public void applyTo(BlockHound.Builder builder) {
		builder.allowBlockingCallsInside(
				"io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine$OpenState",
				"toHalfOpenState");
	}

}
