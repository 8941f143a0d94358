package io.billwright.gateway.limit;

import java.util.ArrayList;
import java.util.List;

import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeScript;

/// The buckets that all instances share, in Redis: one script, one round trip, Redis' own clock.
class RedisBuckets {

	private static final EdgeScript TAKE = EdgeScript.named("token-buckets.lua");

	private final EdgeRedis redis;

	RedisBuckets(EdgeRedis redis) {
		this.redis = redis;
	}

	/// Cold; fails with `RedisAway`.
	Mono<Charge> take(String caller, List<Policy> policies) {
		List<String> keys = policies.stream().map((policy) -> "limit:{" + caller + "}:" + policy.name()).toList();
		List<String> arguments = new ArrayList<>(3 * policies.size());
		policies.forEach((policy) -> {
			arguments.add(Integer.toString(policy.requests()));
			arguments.add(Long.toString(policy.window().toMillis()));
			arguments.add(Integer.toString(policy.burst()));
		});
		return this.redis.count(TAKE, keys, arguments).map((answer) -> toCharge(answer, policies));
	}

	private static Charge toCharge(List<?> answer, List<Policy> policies) {
		List<Level> levels = new ArrayList<>(policies.size());
		for (int i = 0; i < policies.size(); i++) {
			levels.add(new Level(policies.get(i), number(answer.get(i + 1)) / 1000.0));
		}
		return new Charge(number(answer.getFirst()) == 1, levels);
	}

	private static long number(Object value) {
		return ((Number) value).longValue();
	}

}
