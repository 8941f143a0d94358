package io.billwright.platform.messaging;

import java.util.function.Function;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Works on several records at the same time but on those of one key one after the other: each key always takes the same
/// lane. A lane that stands still fills the shared buffer, and then nothing more is requested.
///
/// @param count lanes
/// @param buffer records that wait in all lanes together at the most
record Lanes(int count, int buffer) {

	private static final int WAITING_PER_LANE = 1;

	<R extends ConsumerRecord<String, byte[]>> Flux<Void> work(Publisher<R> records, Function<R, Mono<Void>> worker) {
		return Flux.from(records)
				.groupBy(this::lane, this.buffer)
				.flatMap(
						(lane) -> lane.publishOn(Schedulers.parallel(), WAITING_PER_LANE).concatMap(worker,
								WAITING_PER_LANE),
						this.count);
	}

	private int lane(ConsumerRecord<String, byte[]> record) {
		int hash = (record.key() != null) ? record.key().hashCode() : record.partition();
		return Math.floorMod(hash, this.count);
	}

}
