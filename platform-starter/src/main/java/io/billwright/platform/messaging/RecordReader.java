package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/// Reads a topic from its first record to the last one that was there when reading began, outside of any consumer group.
final class RecordReader {

	private static final Duration POLL = Duration.ofMillis(200);

	private final KafkaClients clients;

	RecordReader(KafkaClients clients) {
		this.clients = clients;
	}

	/// Cold; reads no faster than it is asked to and ends. Fails when the topic does not exist or the broker is down.
	Flux<ConsumerRecord<String, byte[]>> readAll(String topic) {
		return Flux.<List<ConsumerRecord<String, byte[]>>, Reading>generate(() -> open(topic), RecordReader::next,
				Reading::close)
				.subscribeOn(Schedulers.boundedElastic())
				.cancelOn(Schedulers.boundedElastic())
				.concatMapIterable((records) -> records, 1)
				.publishOn(Schedulers.parallel());
	}

	private Reading open(String topic) {
		KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(this.clients.consumerProperties(),
				new StringDeserializer(), new ByteArrayDeserializer());
		try {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
					.stream()
					.map((partition) -> new TopicPartition(topic, partition.partition()))
					.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			return new Reading(consumer, consumer.endOffsets(partitions));
		}
		catch (RuntimeException exception) {
			consumer.close();
			throw exception;
		}
	}

	private static Reading next(Reading reading, SynchronousSink<List<ConsumerRecord<String, byte[]>>> sink) {
		if (reading.isAtEnd()) {
			sink.complete();
		}
		else {
			sink.next(reading.poll());
		}
		return reading;
	}

	/// @param ends the offset after the last record of interest of each partition
	private record Reading(KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {

		/// By position, as compaction may have removed the very last records.
		boolean isAtEnd() {
			return this.ends.entrySet().stream()
					.allMatch((end) -> this.consumer.position(end.getKey()) >= end.getValue());
		}

		List<ConsumerRecord<String, byte[]>> poll() {
			List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
			for (ConsumerRecord<String, byte[]> record : this.consumer.poll(POLL)) {
				if (record.offset() < this.ends.getOrDefault(new TopicPartition(record.topic(), record.partition()),
						0L)) {
					records.add(record);
				}
			}
			return records;
		}

		/// A cancelled reading is interrupted, and closing would fail on that.
		void close() {
			Thread.interrupted();
			this.consumer.close();
		}

	}

}
