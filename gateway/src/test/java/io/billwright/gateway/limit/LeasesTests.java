package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.support.GatewayTest;
import io.billwright.platform.quota.Quota;

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
	void callerWhenHotThenRedisIsAskedOnceForEachLeaseAndMostlyNothingIsWaitedFor() {
		AtomicInteger draws = new AtomicInteger();
		AtomicInteger settled = new AtomicInteger();
		Instance instance = instance(draws, policies("600000/min"));

		for (int i = 0; i < 5000; i++) {
			Mono<Void> charged = instance.charge(1);
			settled.addAndGet(Limits.isSettled(charged) ? 1 : 0);
			assertThat(allows(charged)).isTrue();
		}

		assertThat(draws.get()).isLessThan(500);
		assertThat(settled.get()).isGreaterThan(4500);
	}

	/// The promise: with four instances at most 2 % of a minute's limit more than the bucket holds.
	@Test
	void callerWhenFourInstancesServeItThenTheyStayWithinTwoPercentTogether() {
		Policies policies = policies("6000/min burst 100");
		List<Instance> four = Stream.generate(() -> instance(new AtomicInteger(), policies)).limit(4).toList();
		long begin = System.nanoTime();

		Long allowed = Flux.fromIterable(four)
				.flatMap((instance) -> Flux.interval(Duration.ofMillis(2))
						.take(LASTING)
						.onBackpressureDrop()
						.concatMap((tick) -> Mono.defer(() -> instance.charge(1))
								.thenReturn(true)
								.onErrorReturn(TooManyRequests.class, false))
						.filter(Boolean::booleanValue))
				.count()
				.block(LIMIT);

		double flowedIn = 100 + 0.1 * (System.nanoTime() - begin) / 1e6;
		assertThat(allowed.doubleValue()).isLessThanOrEqualTo(flowedIn + 0.02 * 6000)
				.isGreaterThan(0.8 * (100 + 3 * 100));
	}

	@Test
	void callerWhenItsLimitIsSmallThenFourInstancesLetThroughExactlyThat() {
		Policies policies = policies("20/h");
		List<Instance> four = Stream.generate(() -> instance(new AtomicInteger(), policies)).limit(4).toList();
		long allowed = Stream.iterate(0, (i) -> i + 1).limit(60).filter((i) -> allows(four.get(i % 4).charge(1)))
				.count();
		assertThat(allowed).isEqualTo(20);
	}

	@Test
	void callerWhenOneOfItsWindowsIsEmptyThenNothingIsTakenFromTheOthers() {
		Instance instance = instance(new AtomicInteger(), policies("3/h, 100/d"));
		for (int i = 0; i < 10; i++) {
			instance.charge(1).onErrorComplete().block(LIMIT);
		}
		assertThat(instance.told()).startsWith("\"some-h\";r=0;t=").contains("\"some-d\";r=97;t=");
	}

	@Test
	void callerWhenARequestCostsMoreThenTakesAllOrNothing() {
		Instance instance = instance(new AtomicInteger(), policies("10/h"));
		assertThat(allows(instance.charge(7))).isTrue();
		assertThat(allows(instance.charge(7))).isFalse();
		assertThat(allows(instance.charge(3))).isTrue();
		assertThat(allows(instance.charge(1))).isFalse();
	}

	@Test
	void callerWhenARequestCostsMoreThanTheBurstThenAFullBucketIsEnough() {
		Instance instance = instance(new AtomicInteger(), policies("10/h"));
		assertThat(allows(instance.charge(25))).isTrue();
		assertThat(allows(instance.charge(1))).isFalse();
	}

	@Test
	void callerWhenARequestTurnsOutToHaveCostMoreThenGoesBelowZeroOnceOnEveryInstance() {
		Policies policies = policies("3600/h burst 10");
		Instance one = instance(new AtomicInteger(), policies);
		Instance other = instance(new AtomicInteger(), policies);
		assertThat(allows(one.charge(1))).isTrue();
		one.cashier.chargeRest(one.bill, 60);
		org.awaitility.Awaitility.await().atMost(LIMIT).until(() -> !allows(other.charge(1)));
		TooManyRequests refusal = (TooManyRequests) other.charge(1)
				.materialize()
				.block(LIMIT)
				.getThrowable();
		assertThat(refusal.retryAfter()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(53));
	}

	@Test
	void callerWhenALimitIsTriedOutThenIsLetThroughAndNotTold() {
		Instance instance = instance(new AtomicInteger(), Policies.of("some", Quota.of("2/h"), true));
		for (int i = 0; i < 5; i++) {
			assertThat(allows(instance.charge(1))).isTrue();
		}
		assertThat(instance.exchange.getResponse().getHeaders().containsHeader("RateLimit")).isFalse();
		assertThat(instance.exchange.getResponse().getHeaders().containsHeader("RateLimit-Policy")).isFalse();
		assertThat(instance.meters.get("billwright.gateway.limit.decisions")
				.tags("policy", "some", "decision", "would_refuse", "store", "redis")
				.counter()
				.count()).isPositive();
	}

	@Test
	void limitWhenTriedOutBesideAnotherThenIsChargedOnlyForWhatTheOtherLetsThrough() {
		AtomicInteger draws = new AtomicInteger();
		Leases leases = leases(draws);
		Policies enforced = policies("2/h");
		Policies tried = Policies.of("some", Quota.of("100/h"), true);
		Instance both = new Instance(leases, List.of(leases.of(this.caller, this.caller, enforced),
				leases.of(this.caller, this.caller, tried)));
		for (int i = 0; i < 10; i++) {
			both.charge(1).onErrorComplete().block(LIMIT);
		}
		StringBuilder left = new StringBuilder();
		both.bill.leases().getLast().tell(left, Clock.systemUTC().millis());
		assertThat(left.toString()).startsWith("\"some\";r=98");
	}

	private Policies policies(String quota) {
		return Policies.of("some", Quota.of(quota), false);
	}

	private Instance instance(AtomicInteger draws, Policies policies) {
		Leases leases = leases(draws);
		return new Instance(leases, List.of(leases.of(this.caller, this.caller, policies)));
	}

	private Leases leases(AtomicInteger draws) {
		RedisBuckets counting = new RedisBuckets(this.redis) {

			@Override
			Mono<List<Draw>> draw(List<Demand> demands) {
				draws.incrementAndGet();
				return super.draw(demands);
			}

		};
		Leases leases = new Leases(counting, Clock.systemUTC(), 100);
		leases.start();
		this.instances.add(leases);
		return leases;
	}

	private static boolean allows(Mono<Void> charged) {
		return Boolean.TRUE
				.equals(charged.thenReturn(true).onErrorReturn(TooManyRequests.class, false).block(LIMIT));
	}

	private final class Instance {

		private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

		private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

		private final Cashier cashier;

		private final Bill bill;

		Instance(Leases leases, List<Lease> payers) {
			this.cashier = new Cashier(leases, new Decisions(this.meters),
					new Limited(LeasesTests.this.redis, Clock.systemUTC()), Clock.systemUTC());
			this.bill = Bill.of(payers);
		}

		Mono<Void> charge(int cost) {
			return this.cashier.charge(this.bill, cost, null, this.exchange);
		}

		String told() {
			return String.valueOf(this.exchange.getResponse().getHeaders().getFirst("RateLimit"));
		}

	}

}
