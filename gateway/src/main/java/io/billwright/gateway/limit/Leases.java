package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import reactor.core.publisher.Mono;

/// The buckets that all instances share, drawn from ahead of time where the policies allow it.
class Leases {

	private static final Duration UNUSED = Duration.ofMinutes(1);

	private final RedisBuckets shared;

	private final Clock clock;

	private final Cache<String, Lease> leases;

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

	private Lease lease(String caller, Policies policies) {
		return this.leases.get(caller + ' ' + policies.name(), (absent) -> new Lease(policies));
	}

	private Mono<Charge> take(String caller, Policies policies, Lease lease) {
		long now = this.clock.millis();
		Charge charge = lease.take(now);
		if (charge == null) {
			return draw(caller, policies, lease, 1, lease.begin(now)).map(Draw::toCharge);
		}
		int refill = charge.allowed() ? lease.refill(now) : 0;
		if (refill > 0) {
			draw(caller, policies, lease, 0, refill).onErrorComplete().subscribe();
		}
		return Mono.just(charge);
	}

	/// @param taken how many of them are used at once
	private Mono<Draw> draw(String caller, Policies policies, Lease lease, int taken, int wanted) {
		return this.shared.draw(caller, policies, 1, wanted)
				.doOnNext((draw) -> lease.add(draw, taken, this.clock.millis()))
				.doOnError((away) -> lease.fail())
				.doOnCancel(lease::fail);
	}

}
