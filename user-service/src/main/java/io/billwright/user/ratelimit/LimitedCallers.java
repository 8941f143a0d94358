package io.billwright.user.ratelimit;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.OrganizationId;

/// Who has been refused lately. The gateways add it up in Redis, in slices of ten seconds with a bounded number of callers.
@Component
class LimitedCallers {

	private static final Duration SLICE = Duration.ofSeconds(10);

	/// The one that has just begun and those of the minute before.
	private static final int SLICES = 7;

	private static final String ENFORCED = "enforced";

	private final ReactiveStringRedisTemplate redis;

	private final Clock clock;

	LimitedCallers(ReactiveStringRedisTemplate redis, Clock clock) {
		this.redis = redis;
		this.clock = clock;
	}

	/// The most refused.
	Mono<List<LimitedView>> lately(int limit) {
		long now = this.clock.millis() / SLICE.toMillis();
		return Flux.range(0, SLICES)
				.concatMap((back) -> this.redis.opsForZSet()
						.rangeWithScores("limited:{callers}:" + (now - back), Range.unbounded()))
				.collect(Collectors.groupingBy((refused) -> String.valueOf(refused.getValue()),
						Collectors.summingLong(LimitedCallers::count)))
				.map((refused) -> refused.entrySet()
						.stream()
						.sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
								.thenComparing(Map.Entry.comparingByKey()))
						.limit(limit)
						.map((entry) -> toView(entry.getKey(), entry.getValue()))
						.toList());
	}

	private static long count(TypedTuple<String> refused) {
		Double score = refused.getScore();
		return (score != null) ? score.longValue() : 0;
	}

	/// Mode, whose buckets, caller and policy, separated by spaces.
	private static LimitedView toView(String member, long refused) {
		String[] parts = member.split(" ", 4);
		return new LimitedView(parts[2], parts[1].startsWith("org_") ? OrganizationId.parse(parts[1]) : null, parts[3],
				refused, !parts[0].equals(ENFORCED));
	}

}
