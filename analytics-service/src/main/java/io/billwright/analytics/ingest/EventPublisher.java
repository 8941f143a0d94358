package io.billwright.analytics.ingest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.messaging.Causes;

/// The instance's one producer of usage events.
@Component
final class EventPublisher implements DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(EventPublisher.class);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final IngestClients clients;

	private final AtomicReference<@Nullable Producer<String, byte[]>> opened = new AtomicReference<>();

	private final AtomicBoolean away = new AtomicBoolean();

	EventPublisher(IngestClients clients) {
		this.clients = clients;
	}

	/// Cold; completes when all in-sync replicas have all records, and fails with [IngestFailure.IntakeUnavailable] where that
	/// is not certain. To be subscribed to where threads may wait: the producer blocks while its buffer is full and while it
	/// does not know a topic.
	Mono<Void> publish(List<ProducerRecord<String, byte[]>> records) {
		return records.isEmpty()
				? Mono.empty()
				: Mono.<Void>create((sink) -> send(records, new Acknowledgements(records.size(), sink)))
						.publishOn(Schedulers.parallel());
	}

	@SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
	private void send(List<ProducerRecord<String, byte[]>> records, Acknowledgements acknowledgements) {
		try {
			Producer<String, byte[]> producer = producer();
			for (ProducerRecord<String, byte[]> record : records) {
				if (acknowledgements.failed.get()) {
					return;
				}
				producer.send(record, acknowledgements);
			}
		}
		catch (KafkaException | IllegalStateException ex) {
			acknowledgements.fail(ex);
		}
	}

	/// Made when it is first needed, as that fails while no address of the brokers resolves.
	private synchronized Producer<String, byte[]> producer() {
		Producer<String, byte[]> producer = this.opened.get();
		if (producer == null) {
			producer = new KafkaProducer<>(this.clients.producer(), new StringSerializer(), new ByteArraySerializer());
			this.opened.set(producer);
		}
		return producer;
	}

	/// A line when Kafka goes and one when it is back, not one for each request that is turned away.
	private void tell(@Nullable Exception failure) {
		if (this.away.compareAndSet(failure == null, failure != null)) {
			if (failure != null) {
				log.warn("Usage events are turned away: {}", Causes.describe(failure));
			}
			else {
				log.info("Usage events are taken in again");
			}
		}
	}

	@Override
	public void destroy() {
		Producer<String, byte[]> producer = this.opened.get();
		if (producer != null) {
			producer.close(CLOSE_TIMEOUT);
		}
	}

	/// Counts them down. The producer calls it on its one thread, or on the sender's.
	private final class Acknowledgements implements Callback {

		private final AtomicInteger missing;

		private final MonoSink<Void> sink;

		private final AtomicBoolean failed = new AtomicBoolean();

		Acknowledgements(int records, MonoSink<Void> sink) {
			this.missing = new AtomicInteger(records);
			this.sink = sink;
		}

		@Override
		public void onCompletion(@Nullable RecordMetadata record, @Nullable Exception failure) {
			if (failure != null) {
				fail(failure);
			}
			else if (this.missing.decrementAndGet() == 0) {
				tell(null);
				this.sink.success();
			}
		}

		/// Later ones say nothing new.
		void fail(Exception failure) {
			if (this.failed.compareAndSet(false, true)) {
				tell(failure);
				this.sink.error(new IngestFailure.IntakeUnavailable());
			}
		}

	}

}
