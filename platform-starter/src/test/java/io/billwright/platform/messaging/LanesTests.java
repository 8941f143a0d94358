package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LanesTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final int LANES = 4;

	private static final int BUFFER = 32;

	private final Lanes lanes = new Lanes(LANES, BUFFER);

	@Test
	void recordsWhenOfManyKeysThenSomeAtOnceAndEachKeyInOrder() {
		AtomicInteger atOnce = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Map<String, List<Long>> worked = new ConcurrentHashMap<>();
		this.lanes
				.work(Flux.range(0, 400).map(LanesTests::record), (record) -> Mono.delay(Duration.ofMillis(1))
						.doFirst(() -> most.accumulateAndGet(atOnce.incrementAndGet(), Math::max))
						.doOnNext((tick) -> worked.computeIfAbsent(record.key(), (key) -> new ArrayList<>())
								.add(record.offset()))
						.doOnTerminate(atOnce::decrementAndGet)
						.then())
				.blockLast(LIMIT);
		assertThat(most.get()).isBetween(2, LANES);
		assertThat(worked.values().stream().mapToInt(List::size).sum()).isEqualTo(400);
		assertThat(worked.values()).allSatisfy((offsets) -> assertThat(offsets).isSorted());
	}

	@Test
	void recordsWhenEveryLaneStandsStillThenNoMoreAreAskedForThanTheBufferHolds() {
		AtomicLong taken = new AtomicLong();
		Flux<ConsumerRecord<String, byte[]>> endless = Flux.range(0, 100_000)
				.map(LanesTests::record)
				.doOnNext((record) -> taken.incrementAndGet());
		Disposable work = this.lanes.work(endless, (record) -> Mono.never()).subscribe();
		await().during(Duration.ofMillis(300))
				.atMost(LIMIT)
				.until(() -> taken.get() >= LANES && taken.get() <= BUFFER + LANES);
		work.dispose();
	}

	@Test
	void recordsWhenOneKeyWaitsThenOtherLanesGoOn() {
		Set<String> worked = ConcurrentHashMap.newKeySet();
		Disposable work = this.lanes
				.work(Flux.range(0, 2 * LANES).map(LanesTests::record), (record) -> (record.offset() == 0)
						? Mono.never()
						: Mono.fromRunnable(() -> worked.add(record.key())))
				.subscribe();
		await().atMost(LIMIT).until(() -> worked.size() >= LANES);
		work.dispose();
	}

	private static ConsumerRecord<String, byte[]> record(int number) {
		return new ConsumerRecord<>("things", 0, number, "key-" + (number % 10), new byte[0]);
	}

}
