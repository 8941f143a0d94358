package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeScript;

/// Who has been refused lately, for whoever operates the platform: gathered here, added up in Redis once a second and kept
/// there for a good minute, at most [#CALLERS] of them in each slice of ten seconds.
@Component
class Limited {

	private static final EdgeScript ADD = EdgeScript.named("limited.lua");

	private static final int CALLERS = 1000;

	private static final Duration SLICE = Duration.ofSeconds(10);

	private final EdgeRedis redis;

	private final Clock clock;

	private volatile Map<String, LongAdder> refused = new ConcurrentHashMap<>();

	Limited(EdgeRedis redis, Clock clock) {
		this.redis = redis;
		this.clock = clock;
	}

	/// Notes a refusal. Beyond so many callers in a second only those count that are known already.
	void note(Lease lease) {
		note(lease.policies().dryRun() ? "dry_run" : "enforced", lease.tag(), lease.caller(),
				lease.policies().name());
	}

	void note(String mode, String tag, String caller, String policy) {
		Map<String, LongAdder> current = this.refused;
		String member = String.join(" ", mode, tag, caller, policy);
		LongAdder count = (current.size() < CALLERS)
				? current.computeIfAbsent(member, (absent) -> new LongAdder())
				: current.get(member);
		if (count != null) {
			count.increment();
		}
	}

	/// Hands on what was noted. Cold; fails with `RedisAway`.
	Mono<Void> flush() {
		return Mono.defer(() -> {
			Map<String, LongAdder> taken = this.refused;
			if (taken.isEmpty()) {
				return Mono.empty();
			}
			this.refused = new ConcurrentHashMap<>();
			List<String> arguments = new ArrayList<>(2 + 2 * taken.size());
			arguments.add(Integer.toString(CALLERS));
			arguments.add(Long.toString(SLICE.multipliedBy(8).toSeconds()));
			taken.forEach((member, count) -> {
				arguments.add(Long.toString(count.sum()));
				arguments.add(member);
			});
			long slice = this.clock.millis() / SLICE.toMillis();
			return this.redis.count(ADD, List.of("limited:{callers}:" + slice), arguments).then();
		});
	}

}
