package io.billwright.gateway.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/// Redis as the edge uses it: one script, one round trip, at most the given wait, else [RedisAway]. While Redis is known
/// to be away no call is made at all.
@Component
public final class EdgeRedis implements SmartLifecycle {

	private final ReactiveRedisConnectionFactory connections;

	private final ReactiveStringRedisTemplate template;

	private final EdgeRedisSettings settings;

	private final CircuitBreaker breaker;

	private volatile @Nullable Disposable connecting;

	private volatile boolean connected;

	EdgeRedis(ReactiveRedisConnectionFactory connections, ReactiveStringRedisTemplate template,
			EdgeRedisSettings settings, CircuitBreakerRegistry breakers) {
		this.connections = connections;
		this.template = template;
		this.settings = settings;
		this.breaker = breakers.circuitBreaker("redis", breakerConfig(settings));
	}

	/// Reads a script that answers a list, once: the driver would look at the file again with each run.
	///
	/// @param name of a file in `redis/` on the class path
	@SuppressWarnings("unchecked")
	public static RedisScript<List<Object>> script(String name) {
		try {
			String text = new ClassPathResource("redis/" + name).getContentAsString(StandardCharsets.UTF_8);
			return RedisScript.of(text, (Class<List<Object>>) (Class<?>) List.class);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The script %s is missing".formatted(name), ex);
		}
	}

	/// Runs a script. Cold; emits its answer, or fails with [RedisAway].
	///
	/// @param limit how long to wait at the most
	public <T> Mono<T> run(RedisScript<T> script, List<String> keys, List<String> arguments, Duration limit) {
		return Flux.defer(() -> connected().execute(script, keys, arguments))
				.next()
				.timeout(limit)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.onErrorMap(Exception.class, RedisAway::new);
	}

	/// How long a counter may be waited for.
	public Duration counterTimeout() {
		return this.settings.counterTimeout();
	}

	/// How long a session may be waited for.
	public Duration sessionTimeout() {
		return this.settings.sessionTimeout();
	}

	/// The first connection is made off the event loops, because the driver makes it by waiting; from then on it
	/// reconnects by itself.
	@Override
	public void start() {
		this.connecting = Mono.defer(() -> this.connections.getReactiveConnection().ping())
				.subscribeOn(Schedulers.boundedElastic())
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, this.settings.reconnect()))
				.subscribe((pong) -> this.connected = true);
	}

	@Override
	public void stop() {
		Disposable current = this.connecting;
		this.connecting = null;
		if (current != null) {
			current.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.connecting != null;
	}

	/// Before the web server takes its first request.
	@Override
	public int getPhase() {
		return 0;
	}

	private ReactiveStringRedisTemplate connected() {
		if (!this.connected) {
			throw new IllegalStateException("not connected yet");
		}
		return this.template;
	}

	private static CircuitBreakerConfig breakerConfig(EdgeRedisSettings settings) {
		return CircuitBreakerConfig.custom()
				.slidingWindowSize(20)
				.minimumNumberOfCalls(5)
				.failureRateThreshold(50)
				.waitDurationInOpenState(settings.reconnect())
				.permittedNumberOfCallsInHalfOpenState(2)
				.automaticTransitionFromOpenToHalfOpenEnabled(false)
				.build();
	}

}
