package io.billwright.gateway.limit;

import java.util.ArrayList;
import java.util.List;

import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeScript;

/// The buckets that all instances share, in Redis: one script, one round trip, Redis' own clock.
class RedisBuckets {

	private static final EdgeScript DRAW = EdgeScript.named("token-buckets.lua");

	private final EdgeRedis redis;

	RedisBuckets(EdgeRedis redis) {
		this.redis = redis;
	}

	/// Draws tokens from each bucket. Cold; fails with `RedisAway`.
	///
	/// @param least fewer are none
	/// @param wanted at most
	Mono<Draw> draw(String caller, Policies policies, int least, int wanted) {
		List<Policy> all = policies.all();
		List<String> keys = new ArrayList<>(all.size());
		List<String> arguments = new ArrayList<>(2 + 3 * all.size());
		arguments.add(Integer.toString(least));
		arguments.add(Integer.toString(wanted));
		for (Policy policy : all) {
			keys.add("limit:{" + caller + "}:" + policy.name());
			arguments.add(Integer.toString(policy.requests()));
			arguments.add(Long.toString(policy.window().toMillis()));
			arguments.add(Integer.toString(policy.burst()));
		}
		return this.redis.count(DRAW, keys, arguments).map((answer) -> toDraw(answer, all));
	}

	private static Draw toDraw(List<?> answer, List<Policy> policies) {
		List<Level> levels = new ArrayList<>(policies.size());
		for (int i = 0; i < policies.size(); i++) {
			levels.add(new Level(policies.get(i), number(answer.get(i + 1)) / 1000.0));
		}
		return new Draw((int) number(answer.getFirst()), levels);
	}

	private static long number(Object value) {
		return ((Number) value).longValue();
	}

}
