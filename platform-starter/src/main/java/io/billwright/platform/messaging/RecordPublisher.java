package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderRecord;

/// Publishes records in order, all or, as far as anybody may rely on it, none.
///
/// After a failure the producer is thrown away with everything it still holds. So nothing of a failed batch can arrive
/// after the batch is published again, and a record never overtakes its predecessor of the same key.
public final class RecordPublisher implements DisposableBean {

	private final KafkaClients clients;

	private final Duration timeout;

	private final AtomicReference<@Nullable KafkaSender<String, byte[]>> current = new AtomicReference<>();

	RecordPublisher(KafkaClients clients, Duration timeout) {
		this.clients = clients;
		this.timeout = timeout;
	}

	/// Cold; completes when all replicas that are in sync have all records. Must not run twice at the same time where
	/// the order matters.
	public Mono<Void> publish(List<ProducerRecord<String, byte[]>> records) {
		return publish(records, Mono.never());
	}

	/// The same; fails as after the timeout when `giveUp` completes before.
	Mono<Void> publish(List<ProducerRecord<String, byte[]>> records, Mono<Void> giveUp) {
		Mono<Void> end = Mono.firstWithSignal(Mono.delay(this.timeout).then(), giveUp);
		return Mono.defer(() -> send(sender(), records, end)).subscribeOn(Schedulers.boundedElastic());
	}

	private Mono<Void> send(KafkaSender<String, byte[]> sender, List<ProducerRecord<String, byte[]>> records,
			Mono<Void> end) {
		return sender.send(Flux.fromIterable(records).map((record) -> SenderRecord.create(record, record.topic())))
				.then()
				.timeout(end)
				.onErrorResume(Exception.class, (error) -> discard(sender).then(Mono.error(error)))
				.publishOn(Schedulers.parallel());
	}

	private KafkaSender<String, byte[]> sender() {
		return java.util.Objects.requireNonNull(this.current
				.updateAndGet((sender) -> (sender != null) ? sender : KafkaSender.create(this.clients.sender())));
	}

	private Mono<Void> discard(KafkaSender<String, byte[]> sender) {
		this.current.compareAndSet(sender, null);
		return Mono.<Void>fromRunnable(sender::close).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public void destroy() {
		KafkaSender<String, byte[]> sender = this.current.getAndSet(null);
		if (sender != null) {
			sender.close();
		}
	}

}
