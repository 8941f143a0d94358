package io.billwright.gateway.limit;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeScript;
import io.billwright.gateway.redis.RedisAway;

/// Announces this instance once a second and learns how many there are. While Redis is away the last number stands.
@Component
class Peers implements SmartLifecycle {

	private static final EdgeScript ALIVE = EdgeScript.named("instances.lua");

	private static final Duration BEAT = Duration.ofSeconds(1);

	/// An instance that misses so many beats is gone.
	private static final int BEATS_MISSED = 5;

	private final String id = UUID.randomUUID().toString();

	private final EdgeRedis redis;

	private final Leases leases;

	private final Limited limited;

	private volatile @Nullable Disposable beating;

	Peers(EdgeRedis redis, Leases leases, Limited limited) {
		this.redis = redis;
		this.leases = leases;
		this.limited = limited;
	}

	@Override
	public void start() {
		this.beating = Flux.interval(Duration.ZERO, BEAT)
				.onBackpressureDrop()
				.concatMap((tick) -> beat().onErrorComplete(RedisAway.class), 1)
				.subscribe();
	}

	@Override
	public void stop() {
		Disposable current = this.beating;
		this.beating = null;
		if (current != null) {
			current.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.beating != null;
	}

	/// Behind the connection to Redis.
	@Override
	public int getPhase() {
		return 1;
	}

	private Mono<Void> beat() {
		return this.redis
				.count(ALIVE, List.of("limit:instances"),
						List.of(this.id, Long.toString(BEAT.multipliedBy(BEATS_MISSED).toMillis())))
				.flatMap((alive) -> this.leases.heard(((Number) alive.getFirst()).intValue()))
				.then(this.limited.flush());
	}

}
