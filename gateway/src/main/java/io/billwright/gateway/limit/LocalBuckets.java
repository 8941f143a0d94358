package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/// The buckets of this process, for the time that Redis is away. Every instance counts for itself then, so that N
/// instances together let through up to N times as much: never unlimited, never a stop.
class LocalBuckets {

	private final Clock clock;

	private final Cache<String, AtomicReference<List<Bucket>>> buckets;

	LocalBuckets(Clock clock, int keys) {
		this.clock = clock;
		this.buckets = Caffeine.newBuilder().maximumSize(keys).executor(Runnable::run).build();
	}

	Charge take(String caller, Policies policies) {
		Instant now = this.clock.instant();
		String key = caller + ' ' + policies.name();
		List<Bucket> full = policies.all().stream().map((policy) -> new Bucket(policy, policy.burst(), now)).toList();
		AtomicReference<List<Bucket>> held = this.buckets.get(key, (absent) -> new AtomicReference<>(full));
		List<Bucket> after = held.updateAndGet((before) -> take(before, now));
		return new Charge(after.stream().noneMatch(Bucket::refused), after.stream().map(Bucket::level).toList());
	}

	private static List<Bucket> take(List<Bucket> buckets, Instant now) {
		List<Bucket> filled = buckets.stream().map((bucket) -> bucket.filled(now)).toList();
		boolean allowed = filled.stream().allMatch((bucket) -> bucket.tokens() >= 1);
		return allowed ? filled.stream().map(Bucket::less).toList() : filled.stream().map(Bucket::refusing).toList();
	}

	private record Bucket(Policy policy, double tokens, Instant at, boolean refused) {

		Bucket(Policy policy, double tokens, Instant at) {
			this(policy, tokens, at, false);
		}

		Bucket filled(Instant now) {
			double inflow = Math.max(0, now.toEpochMilli() - this.at.toEpochMilli()) * this.policy.rate();
			return new Bucket(this.policy, Math.min(this.policy.burst(), this.tokens + inflow), now);
		}

		Bucket less() {
			return new Bucket(this.policy, this.tokens - 1, this.at);
		}

		Bucket refusing() {
			return new Bucket(this.policy, this.tokens, this.at, true);
		}

		Level level() {
			return new Level(this.policy, this.tokens);
		}

	}

}
