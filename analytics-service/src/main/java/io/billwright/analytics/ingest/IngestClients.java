package io.billwright.analytics.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.stereotype.Component;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.receiver.ReceiverPartition;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.messaging.KafkaClients;

/// The configuration of the Kafka clients that take events in and show them.
@Component
final class IngestClients {

	private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

	private static final int BATCH_BYTES = 64 << 10;

	private static final int INBOUND_RECORDS = 500;

	private final KafkaClients clients;

	private final IngestSettings settings;

	IngestClients(KafkaClients clients, IngestSettings settings) {
		this.clients = clients;
		this.settings = settings;
	}

	/// A producer that acknowledges what all in-sync replicas have and gives up what they do not have in time. It blocks for a
	/// fifth of that time at the most. It does not compress: a request's batches are small, and cost more than they save.
	Map<String, Object> producer() {
		int timeout = (int) this.settings.acknowledgeTimeout().toMillis();
		Map<String, Object> properties = this.clients.properties();
		properties.put(ProducerConfig.ACKS_CONFIG, "all");
		properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		properties.put(ProducerConfig.LINGER_MS_CONFIG, (int) this.settings.linger().toMillis());
		properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
		properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, this.settings.producerBuffer().toBytes());
		properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout / 5);
		properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout / 2);
		properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
		return properties;
	}

	/// A member of the group that forwards what partners write.
	ReceiverOptions<String, byte[]> inbound(String topic) {
		Map<String, Object> properties = consumer(this.clients.application() + "-inbound");
		properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, INBOUND_RECORDS);
		return receiver(properties).commitInterval(COMMIT_INTERVAL).subscription(List.of(topic));
	}

	/// Reads partitions from their ends, outside of any group.
	ReceiverOptions<String, byte[]> tail(List<TopicPartition> partitions) {
		return receiver(consumer(this.clients.application() + "-tail-" + Ids.next())).assignment(partitions)
				.addAssignListener((assigned) -> assigned.forEach(ReceiverPartition::seekToEnd));
	}

	private Map<String, Object> consumer(String group) {
		Map<String, Object> properties = this.clients.properties();
		properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
		properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		return properties;
	}

	private static ReceiverOptions<String, byte[]> receiver(Map<String, Object> properties) {
		return ReceiverOptions.<String, byte[]>create(properties)
				.withKeyDeserializer(new StringDeserializer())
				.withValueDeserializer(new ByteArrayDeserializer());
	}

}
