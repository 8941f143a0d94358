package io.billwright.gateway.redis;

import java.time.Duration;
import java.util.List;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Flux;

import io.billwright.gateway.support.GatewayTest;

import static org.awaitility.Awaitility.await;

@GatewayTest
class EdgeRedisTests {

	private static final int CALLS = 100_000;

	private static final Duration LONG = Duration.ofSeconds(10);

	@Autowired
	private LettuceConnectionFactory connections;

	/// The driver's answer and the end of patience come at the same moment again and again.
	@Test
	void callWhenItIsAnsweredInTheMomentThatItIsGivenUpThenItsCallerHearsOfOneOfThem() {
		CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
		breakers.circuitBreaker("redis-counters", CircuitBreakerConfig.custom().failureRateThreshold(100)
				.slidingWindow(1_000_000, 1_000_000, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED,
						CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.LOCK_FREE)
				.build());
		EdgeRedis redis = new EdgeRedis(this.connections,
				new EdgeRedisSettings(Duration.ofMillis(2), Duration.ofSeconds(1),
						Duration.ofSeconds(3), Duration.ofSeconds(1)),
				breakers);
		redis.start();
		await().atMost(LONG)
				.until(() -> redis.publish("any", "thing").materialize().blockOptional().orElseThrow().isOnComplete());
		try {
			EdgeScript script = EdgeScript.named("nonce.lua");
			Flux.range(0, CALLS)
					.flatMap((i) -> redis.count(script, List.of("nonce:" + i), List.of("1000"))
							.onErrorComplete(RedisAway.class)
							.timeout(LONG), 64)
					.blockLast();
		}
		finally {
			redis.stop();
		}
	}

}
