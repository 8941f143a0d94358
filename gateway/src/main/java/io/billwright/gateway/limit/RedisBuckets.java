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

	/// Draws for one request from the buckets of several limits: what it costs from all that are enforced, or from none.
	/// Cold; emits a draw for each demand, or fails with `RedisAway`.
	///
	/// @param demands of leases that have their tag in common
	Mono<List<Draw>> draw(List<Demand> demands) {
		List<String> keys = new ArrayList<>(2 * demands.size());
		List<String> arguments = new ArrayList<>(12 * demands.size());
		for (Demand demand : demands) {
			Policies policies = demand.lease().policies();
			keys.addAll(demand.lease().keys());
			arguments.add(Integer.toString(policies.all().size()));
			arguments.add(Integer.toString(demand.cost()));
			arguments.add(Integer.toString(demand.ahead()));
			arguments.add(policies.dryRun() ? "1" : "0");
			for (int i = 0; i < policies.all().size(); i++) {
				Policy policy = policies.all().get(i);
				arguments.add(Integer.toString(policy.requests()));
				arguments.add(Long.toString(policy.window().toMillis()));
				arguments.add(Integer.toString(policy.burst()));
				arguments.add(Double.toString(demand.owed(i)));
			}
		}
		return this.redis.count(DRAW, keys, arguments).map((answer) -> toDraws(answer, demands));
	}

	private static List<Draw> toDraws(List<?> answer, List<Demand> demands) {
		List<Draw> draws = new ArrayList<>(demands.size());
		int at = 0;
		for (Demand demand : demands) {
			int drawn = (int) number(answer.get(at++));
			List<Double> left = new ArrayList<>(demand.lease().keys().size());
			for (int i = 0; i < demand.lease().keys().size(); i++) {
				left.add(number(answer.get(at++)) / 1000.0);
			}
			draws.add(new Draw(Math.max(0, drawn), drawn < 0, left));
		}
		return draws;
	}

	private static long number(Object value) {
		return ((Number) value).longValue();
	}

}
