package io.billwright.gateway.limit;

import java.time.Clock;
import java.util.List;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.RedisAway;

/// The leases of this instance, and the way from them to the buckets that all instances share.
@Component
class Leases implements SmartLifecycle {

	/// Calls in the background at the same time. What waits beyond is not waited for: the next request asks again.
	private static final int CALLS = 256;

	private final RedisBuckets shared;

	private final Clock clock;

	private final Cache<Key, Lease> leases;

	private volatile Sinks.Many<Mono<?>> background = newQueue();

	private volatile @Nullable Disposable running;

	/// How many instances share the buckets.
	private volatile int instances = 1;

	/// Whether something may have been used here without Redis since it was last heard.
	private volatile boolean owing;

	@Autowired
	Leases(EdgeRedis redis, Clock clock, LimitSettings settings) {
		this(new RedisBuckets(redis), clock, settings.localKeys());
	}

	/// @param callers for how many a lease is kept
	Leases(RedisBuckets shared, Clock clock, int callers) {
		this.shared = shared;
		this.clock = clock;
		this.leases = Caffeine.newBuilder().maximumSize(callers).executor(Runnable::run).build();
	}

	/// The lease of a caller.
	///
	/// @param tag what the keys of everything that a request is charged to have in common
	Lease of(String tag, String caller, Policies policies) {
		return this.leases.get(new Key(tag, caller, policies), Key::toLease);
	}

	/// Draws for a request. Cold; emits a draw for each demand, or fails with `RedisAway`.
	Mono<List<Draw>> draw(List<Demand> demands) {
		return this.shared.draw(demands)
				.doOnNext((draws) -> add(demands, draws))
				.doOnError((away) -> demands.forEach((demand) -> demand.lease().fail(demand.ahead())))
				.doOnCancel(() -> demands.forEach((demand) -> demand.lease().fail(demand.ahead())));
	}

	/// Draws ahead in the background where the lease is about to be used up.
	void refill(Lease lease, long now) {
		int ahead = lease.refill(now);
		if (ahead > 0 && !inBackground(
				draw(List.of(new Demand(lease, 0, ahead, List.of()))).onErrorComplete(RedisAway.class))) {
			lease.fail(ahead);
		}
	}

	/// Charges what a request turned out to cost beyond what was taken, below zero if need be.
	void charge(Lease lease, int extra) {
		int rest = lease.charge(extra, this.clock.millis());
		if (rest > 0 && !inBackground(chargeShared(lease, rest))) {
			chargeLocally(lease, rest);
		}
	}

	/// Takes tokens from this instance's share, because Redis is away.
	boolean takeLocally(Lease lease, int cost, long now) {
		this.owing = true;
		return lease.takeLocally(cost, now, this.instances);
	}

	/// How many instances are alive, this one included.
	int instances() {
		return this.instances;
	}

	/// Redis answers, and so many instances are alive: what was used here without it is charged now. Cold; fails with
	/// `RedisAway`.
	Mono<Void> heard(int alive) {
		this.instances = Math.max(1, alive);
		if (!this.owing) {
			return Mono.empty();
		}
		this.owing = false;
		return Flux.fromIterable(this.leases.asMap().values())
				.mapNotNull(this::toSettlement)
				.flatMap((demand) -> draw(List.of(demand)).doOnError((away) -> this.owing = true), CALLS)
				.then();
	}

	@Override
	public void start() {
		Sinks.Many<Mono<?>> fresh = newQueue();
		this.running = fresh.asFlux().flatMap(Function.identity(), CALLS).subscribe();
		this.background = fresh;
	}

	@Override
	public void stop() {
		Disposable current = this.running;
		this.running = null;
		if (current != null) {
			current.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

	/// Before the web server takes its first request.
	@Override
	public int getPhase() {
		return 0;
	}

	private void add(List<Demand> demands, List<Draw> draws) {
		long now = this.clock.millis();
		for (int i = 0; i < draws.size(); i++) {
			Demand demand = demands.get(i);
			demand.lease().add(draws.get(i), demand.cost(), demand.ahead(), now);
		}
	}

	private Mono<?> chargeShared(Lease lease, int extra) {
		List<Double> owed = lease.policies().all().stream().map((policy) -> (double) extra).toList();
		return draw(List.of(new Demand(lease, 0, 0, owed))).onErrorResume(RedisAway.class, (away) -> Mono.fromRunnable(
				() -> chargeLocally(lease, extra)));
	}

	private void chargeLocally(Lease lease, int extra) {
		this.owing = true;
		lease.chargeLocally(extra, this.clock.millis(), this.instances);
	}

	private @Nullable Demand toSettlement(Lease lease) {
		List<Double> owed = lease.owed(this.clock.millis());
		return owed.isEmpty() ? null : new Demand(lease, 0, 0, owed);
	}

	/// Several event loops may have something at the same time, and each of them may be told to try once more.
	private boolean inBackground(Mono<?> work) {
		Sinks.EmitResult result = this.background.tryEmitNext(work);
		while (result == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
			Thread.onSpinWait();
			result = this.background.tryEmitNext(work);
		}
		return result.isSuccess();
	}

	private static Sinks.Many<Mono<?>> newQueue() {
		return Sinks.many().unicast().onBackpressureBuffer(Queues.<Mono<?>>get(CALLS).get());
	}

	private record Key(String tag, String caller, Policies policies) {

		Lease toLease() {
			return new Lease(this.tag, this.caller, this.policies);
		}

	}

}
