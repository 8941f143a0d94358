package io.billwright.gateway.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.lettuce.core.RedisNoScriptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.ReactiveScriptingCommands;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import io.billwright.platform.redis.Patience;

/// Redis as the edge uses it: one script, one round trip, at most the given wait, else [RedisAway]. While Redis is known
/// to be away no call is made at all.
///
/// Requests share one connection that is made and watched apart from them, so that none of them ever waits for a
/// connection or for the lock of whoever makes one.
@Component
public final class EdgeRedis implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(EdgeRedis.class);

	private final LettuceConnectionFactory connections;

	private final EdgeRedisSettings settings;

	/// The threads that everybody shares may all be waiting for a Redis that is silent.
	private final Scheduler connecting = Schedulers.newBoundedElastic(2, 16, "redis-connecting", 60, true);

	private final CircuitBreaker counters;

	private final CircuitBreaker sessions;

	private volatile @Nullable ReactiveRedisConnection connection;

	private volatile @Nullable Disposable watch;

	EdgeRedis(LettuceConnectionFactory connections, EdgeRedisSettings settings, CircuitBreakerRegistry breakers) {
		this.connections = connections;
		this.settings = settings;
		this.counters = breakers.circuitBreaker("redis-counters", breakerConfig(settings));
		this.sessions = breakers.circuitBreaker("redis-sessions", breakerConfig(settings));
	}

	/// Counts. Cold; emits the script's answer, or fails with [RedisAway].
	public Mono<List<Object>> count(EdgeScript script, List<String> keys, List<String> arguments) {
		return run(script, keys, arguments, this.settings.counterTimeout(), this.counters);
	}

	/// Looks a session up. Cold; emits the script's answer, or fails with [RedisAway].
	public Mono<List<Object>> readSession(EdgeScript script, List<String> keys, List<String> arguments) {
		return run(script, keys, arguments, this.settings.sessionTimeout(), this.sessions);
	}

	/// Takes a nonce. Cold; emits the script's answer, or fails with [RedisAway].
	public Mono<List<Object>> takeNonce(EdgeScript script, List<String> keys, List<String> arguments) {
		return run(script, keys, arguments, this.settings.sessionTimeout(), this.sessions);
	}

	/// Publishes a message. Cold; fails with [RedisAway].
	public Mono<Void> publish(String channel, String message) {
		return Patience.atMost(this.settings.silence(), Mono.defer(() -> connected().pubSubCommands()
				.publish(StandardCharsets.UTF_8.encode(channel), StandardCharsets.UTF_8.encode(message))))
				.onErrorMap(Exception.class, RedisAway::new)
				.then();
	}

	EdgeRedisSettings settings() {
		return this.settings;
	}

	@Override
	public void start() {
		this.watch = Flux
				.usingWhen(Mono.fromSupplier(this::ownConnections), (own) -> connect(own).flatMapMany(this::heartbeats),
						this::close)
				.doOnError((failure) -> lose())
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, this.settings.reconnect()))
				.subscribe();
	}

	@Override
	public void stop() {
		Disposable current = this.watch;
		this.watch = null;
		if (current != null) {
			current.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.watch != null;
	}

	/// Before the web server takes its first request.
	@Override
	public int getPhase() {
		return 0;
	}

	private Mono<List<Object>> run(EdgeScript script, List<String> keys, List<String> arguments, Duration limit,
			CircuitBreaker breaker) {
		return Patience.atMost(limit, Flux.defer(() -> run(script, keys, arguments)).next())
				.map((answer) -> answer.stream().map(EdgeRedis::toText).toList())
				.transformDeferred(CircuitBreakerOperator.of(breaker))
				.onErrorMap(Exception.class, RedisAway::new);
	}

	private Flux<List<Object>> run(EdgeScript script, List<String> keys, List<String> arguments) {
		ReactiveScriptingCommands commands = connected().scriptingCommands();
		ByteBuffer[] parameters = Stream.concat(keys.stream(), arguments.stream())
				.map(StandardCharsets.UTF_8::encode)
				.toArray(ByteBuffer[]::new);
		return commands.<List<Object>>evalSha(script.digest(), ReturnType.MULTI, keys.size(), parameters)
				.onErrorResume(EdgeRedis::isUnknownScript,
						(unknown) -> commands.eval(script.text(), ReturnType.MULTI, keys.size(), parameters));
	}

	private ReactiveRedisConnection connected() {
		ReactiveRedisConnection current = this.connection;
		if (current == null) {
			throw new IllegalStateException("there is no connection that answers");
		}
		return current;
	}

	private static boolean isUnknownScript(Throwable failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof RedisNoScriptException;
	}

	private static Object toText(Object value) {
		return (value instanceof ByteBuffer bytes) ? StandardCharsets.UTF_8.decode(bytes).toString() : value;
	}

	/// The framework's connections are made under a lock, and whoever asks for one waits for it, an event loop of the driver
	/// too, which may be the one that has to make the connection. So what is given up and made anew here is shared with
	/// nobody.
	private LettuceConnectionFactory ownConnections() {
		LettuceConnectionFactory own = new LettuceConnectionFactory(configuration(),
				this.connections.getClientConfiguration());
		own.afterPropertiesSet();
		return own;
	}

	private RedisConfiguration configuration() {
		RedisConfiguration cluster = this.connections.getClusterConfiguration();
		RedisConfiguration sentinel = this.connections.getSentinelConfiguration();
		return (cluster != null)
				? cluster
				: (sentinel != null) ? sentinel : this.connections.getStandaloneConfiguration();
	}

	private Mono<ReactiveRedisConnection> connect(ReactiveRedisConnectionFactory own) {
		return Mono.fromCallable(own::getReactiveConnection)
				.subscribeOn(this.connecting)
				.timeout(this.settings.silence());
	}

	private Mono<Void> close(LettuceConnectionFactory own) {
		return Mono.<Void>fromRunnable(own::destroy)
				.subscribeOn(this.connecting)
				.timeout(this.settings.silence())
				.onErrorResume((silent) -> Mono.empty());
	}

	/// A connection that is cut reconnects by itself. One that is only silent, because the server hangs or something on the
	/// way swallows, would stay so for ever; without an answer for a while it counts as dead.
	private Flux<String> heartbeats(ReactiveRedisConnection current) {
		return Flux.interval(Duration.ZERO, this.settings.reconnect())
				.onBackpressureDrop()
				.concatMap((beat) -> Patience.atMost(this.settings.silence(), current.ping())
						.onErrorResume(RuntimeException.class, (cut) -> Mono.empty()))
				.timeout(this.settings.silence())
				.doOnNext((pong) -> this.connection = current);
	}

	private void lose() {
		if (this.connection != null) {
			this.connection = null;
			logger.warn("Redis has not answered for {} s", this.settings.silence().toSeconds());
		}
	}

	private static CircuitBreakerConfig breakerConfig(EdgeRedisSettings settings) {
		return CircuitBreakerConfig.custom()
				.slidingWindow(20, 5, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
				.failureRateThreshold(50)
				.waitDurationInOpenState(settings.reconnect())
				.permittedNumberOfCallsInHalfOpenState(2)
				.automaticTransitionFromOpenToHalfOpenEnabled(false)
				.build();
	}

}
