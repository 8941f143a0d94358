package io.billwright.platform.tenancy;

import java.time.Duration;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;

/// The database's read replica, as long as it answers: connections to it are tested by one round trip when they are taken,
/// and while too many fail, a circuit breaker sends the reads to the primary at once.
public final class Replica implements DisposableBean {

	private static final int FAILURE_RATE_PERCENT = 50;

	private static final int WINDOW_CONNECTIONS = 10;

	private static final int PROBE_CONNECTIONS = 3;

	private final ConnectionPool pool;

	private final CircuitBreaker breaker;

	private final Counter own;

	private final Counter primarys;

	/// @param openFor how long the breaker stays open
	Replica(ConnectionPool pool, Duration openFor, MeterRegistry meters) {
		this.pool = pool;
		this.breaker = CircuitBreaker.of("replica",
				CircuitBreakerConfig.custom()
						.slidingWindowSize(WINDOW_CONNECTIONS)
						.minimumNumberOfCalls(WINDOW_CONNECTIONS / 2)
						.failureRateThreshold(FAILURE_RATE_PERCENT)
						.waitDurationInOpenState(openFor)
						.permittedNumberOfCallsInHalfOpenState(PROBE_CONNECTIONS)
						.build());
		this.own = reads("replica", meters);
		this.primarys = reads("primary", meters);
	}

	private static Counter reads(String server, MeterRegistry meters) {
		return Counter.builder("billwright.replica.reads")
				.description("Read-only transactions, by who served them")
				.tag("server", server)
				.register(meters);
	}

	/// A connection for reading: to the replica or, where it gives none in time, to the primary.
	Mono<Connection> connectOr(Mono<Connection> primary) {
		return GuardedConnectionFactory.connect(this.pool)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.doOnNext((connection) -> this.own.increment())
				.onErrorResume(Exception.class,
						(outage) -> primary.doOnNext((connection) -> this.primarys.increment()));
	}

	/// Its own connections.
	public ConnectionPool pool() {
		return this.pool;
	}

	@Override
	public void destroy() {
		this.pool.dispose();
	}

}
