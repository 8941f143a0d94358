package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.support.GatewayTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest
class PeersTests {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private final List<Peers> others = new ArrayList<>();

	@Autowired
	private Leases leases;

	@Autowired
	private EdgeRedis redis;

	@AfterEach
	void stop() {
		this.others.forEach(Peers::stop);
	}

	@Test
	void instancesWhenTheyComeAndGoThenEachKnowsHowManyThereAre() {
		List<Leases> theirs = Stream.generate(this::start).limit(3).toList();
		await().atMost(PATIENCE).until(() -> this.leases.instances() == 4);
		await().atMost(PATIENCE).until(() -> theirs.stream().allMatch((other) -> other.instances() == 4));
		this.others.getFirst().stop();
		await().atMost(PATIENCE).until(() -> this.leases.instances() == 3);
		assertThat(theirs.getFirst().instances()).as("who hears nothing keeps the last number").isEqualTo(4);
	}

	private Leases start() {
		Leases own = new Leases(new RedisBuckets(this.redis), Clock.systemUTC(), 10);
		Peers instance = new Peers(this.redis, own, new Limited(this.redis, Clock.systemUTC()));
		instance.start();
		this.others.add(instance);
		return own;
	}

}
