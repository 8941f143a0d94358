package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

import io.billwright.gateway.redis.EdgeRedis;

/// The buckets that all instances share, drawn from ahead of time where the policies allow it.
@Component
class Leases implements SmartLifecycle {

	private static final Duration UNUSED = Duration.ofMinutes(1);

	/// Refills at the same time. What waits beyond is not waited for: the next request asks again.
	private static final int REFILLS = 256;

	private final RedisBuckets shared;

	private final Clock clock;

	private final Cache<String, Lease> leases;

	private volatile Sinks.Many<Mono<Draw>> refills = newRefills();

	private volatile @Nullable Disposable refilling;

	@Autowired
	Leases(EdgeRedis redis, Clock clock, LimitSettings settings) {
		this(new RedisBuckets(redis), clock, settings.localKeys());
	}

	/// @param callers for how many a lease is kept
	Leases(RedisBuckets shared, Clock clock, int callers) {
		this.shared = shared;
		this.clock = clock;
		this.leases = Caffeine.newBuilder()
				.maximumSize(callers)
				.expireAfterAccess(UNUSED)
				.executor(Runnable::run)
				.build();
	}

	/// Takes a token. Cold; fails with `RedisAway`.
	Mono<Charge> take(String caller, Policies policies) {
		return (policies.lease() > 1)
				? Mono.defer(() -> take(caller, policies, lease(caller, policies)))
				: this.shared.draw(caller, policies, 1, 1).map(Draw::toCharge);
	}

	@Override
	public void start() {
		Sinks.Many<Mono<Draw>> fresh = newRefills();
		this.refilling = fresh.asFlux().flatMap(Function.identity(), REFILLS).subscribe();
		this.refills = fresh;
	}

	@Override
	public void stop() {
		Disposable current = this.refilling;
		this.refilling = null;
		if (current != null) {
			current.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.refilling != null;
	}

	/// Before the web server takes its first request.
	@Override
	public int getPhase() {
		return 0;
	}

	private Lease lease(String caller, Policies policies) {
		return this.leases.get(caller + ' ' + policies.name(), (absent) -> new Lease(policies));
	}

	private Mono<Charge> take(String caller, Policies policies, Lease lease) {
		long now = this.clock.millis();
		Charge charge = lease.take(now);
		if (charge == null) {
			return draw(caller, policies, lease, 1, lease.refill(now)).map(Draw::toCharge);
		}
		int ahead = charge.allowed() ? lease.refill(now) : 0;
		if ((ahead > 0) && this.refills
				.tryEmitNext(draw(caller, policies, lease, 0, ahead).onErrorComplete())
				.isFailure()) {
			lease.fail(ahead);
		}
		return Mono.just(charge);
	}

	/// @param taken how many are used at once
	/// @param ahead how many are drawn for requests to come
	private Mono<Draw> draw(String caller, Policies policies, Lease lease, int taken, int ahead) {
		return this.shared.draw(caller, policies, 1, taken + ahead)
				.doOnNext((draw) -> lease.add(draw, taken, ahead, this.clock.millis()))
				.doOnError((away) -> lease.fail(ahead))
				.doOnCancel(() -> lease.fail(ahead));
	}

	private static Sinks.Many<Mono<Draw>> newRefills() {
		return Sinks.many().unicast().onBackpressureBuffer(Queues.<Mono<Draw>>get(REFILLS).get());
	}

}
