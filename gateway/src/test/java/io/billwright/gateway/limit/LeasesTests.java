package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.RedisAway;
import io.billwright.gateway.support.GatewayTest;

import static org.assertj.core.api.Assertions.assertThat;

/// Several instances on one Redis.
@GatewayTest
class LeasesTests {

	private static final Duration LIMIT = Duration.ofMinutes(1);

	private static final Duration LASTING = Duration.ofSeconds(3);

	private final List<Leases> instances = new ArrayList<>();

	private final String caller = UUID.randomUUID().toString();

	@Autowired
	private EdgeRedis redis;

	@AfterEach
	void stop() {
		this.instances.forEach(Leases::stop);
	}

	@Test
	void callerWhenHotThenRedisIsAskedOnceForEachLease() {
		Policies policies = Policies.of(List.of(new Policy("hot", 600_000, Duration.ofMinutes(1), 600_000)));
		AtomicInteger draws = new AtomicInteger();
		Leases instance = instance(draws);

		for (int i = 0; i < 5000; i++) {
			assertThat(Objects.requireNonNull(instance.take(this.caller, policies).block(LIMIT)).allowed()).isTrue();
		}

		assertThat(draws.get()).isLessThan(500);
	}

	/// The promise: with four instances at most 2 % of a minute's limit more than the bucket holds.
	@Test
	void callerWhenFourInstancesServeItThenTheyStayWithinTwoPercentTogether() {
		Policy policy = new Policy("shared", 6000, Duration.ofMinutes(1), 100);
		Policies policies = Policies.of(List.of(policy));
		List<Leases> four = Stream.generate(() -> instance(new AtomicInteger())).limit(4).toList();
		long begin = System.nanoTime();

		Long allowed = Flux.fromIterable(four)
				.flatMap((instance) -> Flux.interval(Duration.ofMillis(2))
						.take(LASTING)
						.onBackpressureDrop()
						.concatMap((tick) -> instance.take(this.caller, policies)
								.onErrorResume(RedisAway.class, (away) -> Mono.empty()))
						.filter(Charge::allowed))
				.count()
				.block(LIMIT);

		double flowedIn = policy.burst() + policy.rate() * (System.nanoTime() - begin) / 1e6;
		assertThat(allowed.doubleValue()).isLessThanOrEqualTo(flowedIn + 0.02 * 6000)
				.isGreaterThan(0.8 * (policy.burst() + 3 * 100));
	}

	private Leases instance(AtomicInteger draws) {
		RedisBuckets counting = new RedisBuckets(this.redis) {

			@Override
			Mono<Draw> draw(String name, Policies policies, int least, int wanted) {
				draws.incrementAndGet();
				return super.draw(name, policies, least, wanted);
			}

		};
		Leases instance = new Leases(counting, Clock.systemUTC(), 100);
		instance.start();
		this.instances.add(instance);
		return instance;
	}

}
