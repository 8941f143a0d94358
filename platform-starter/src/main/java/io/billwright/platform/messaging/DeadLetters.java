package io.billwright.platform.messaging;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Events that could not be handled: kept with their cause, counted, replayed.
///
/// A replay goes to a topic of this consumer group alone, so that no other service sees the event again, and then deletes
/// the dead letter. What fails again becomes a dead letter again.
final class DeadLetters {

	private static final String SUBSCRIPTION = "dead-letter-subscription";

	private static final String CAUSE = "dead-letter-cause";

	private static final String ORIGIN = "dead-letter-origin";

	private static final String ATTEMPTS = "dead-letter-attempts";

	private static final int REPLAY_BATCH = 100;

	private static final int SUMMARY_LIMIT = 10_000;

	private final MissingTopics topics;

	private final RecordPublisher publisher;

	private final RecordReader reader;

	private final KafkaClients clients;

	DeadLetters(MissingTopics topics, RecordPublisher publisher, RecordReader reader, KafkaClients clients) {
		this.topics = topics;
		this.publisher = publisher;
		this.reader = reader;
		this.clients = clients;
	}

	/// Where the dead letters of a topic go.
	String graveyard(String topic) {
		return topic + ".dead-letter." + this.clients.application();
	}

	/// Where they come back from.
	String retryTopic(String topic) {
		return topic + ".retry." + this.clients.application();
	}

	/// The subscription that a replayed record is for; `null` for a record that is no replay.
	static @Nullable String subscriptionOf(ConsumerRecord<String, byte[]> record) {
		return EventHeaders.find(record.headers(), SUBSCRIPTION);
	}

	/// Keeps a record that could not be handled, with its own headers and those that say why. The cause names the kind of
	/// failure and where it came from, never data.
	Mono<Void> bury(ConsumerRecord<String, byte[]> record, Subscription<?> subscription, Throwable cause,
			long attempts) {
		ProducerRecord<String, byte[]> letter = copy(record, graveyard(subscription.topic()));
		Headers headers = letter.headers();
		EventHeaders.put(headers, SUBSCRIPTION, subscription.name());
		EventHeaders.put(headers, CAUSE, Causes.describe(cause));
		EventHeaders.put(headers, ORIGIN, record.topic() + "-" + record.partition() + "@" + record.offset());
		EventHeaders.put(headers, ATTEMPTS, Long.toString(attempts));
		return this.topics.ensureTransit(List.of(letter.topic())).then(this.publisher.publish(List.of(letter)));
	}

	/// Counts the dead letters of a topic by their causes; the first 10,000 are looked at.
	Mono<Map<String, Long>> causes(String topic) {
		return this.topics.ensureTransit(List.of(graveyard(topic)))
				.thenMany(this.reader.readAll(graveyard(topic)))
				.take(SUMMARY_LIMIT)
				.map((record) -> String.valueOf(EventHeaders.find(record.headers(), CAUSE)))
				.collect(Collectors.groupingBy((cause) -> cause, TreeMap::new, Collectors.counting()));
	}

	/// Hands the oldest dead letters of a topic to their subscriptions again; emits how many.
	Mono<Long> replay(String topic, int limit) {
		return this.topics.ensureTransit(List.of(graveyard(topic), retryTopic(topic)))
				.thenMany(this.reader.readAll(graveyard(topic)))
				.take(limit)
				.buffer(REPLAY_BATCH)
				.concatMap((letters) -> replay(letters, retryTopic(topic)))
				.reduce(0L, Long::sum);
	}

	private Mono<Long> replay(List<ConsumerRecord<String, byte[]>> letters, String retryTopic) {
		return this.publisher.publish(letters.stream().map((letter) -> copy(letter, retryTopic)).toList())
				.then(this.clients.admin())
				.flatMap((admin) -> KafkaClients.answer(admin.deleteRecords(upTo(letters)).all()))
				.thenReturn((long) letters.size());
	}

	private static Map<TopicPartition, RecordsToDelete> upTo(List<ConsumerRecord<String, byte[]>> letters) {
		return letters.stream()
				.collect(Collectors.toMap((letter) -> new TopicPartition(letter.topic(), letter.partition()),
						(letter) -> RecordsToDelete.beforeOffset(letter.offset() + 1), (earlier, later) -> later));
	}

	private static ProducerRecord<String, byte[]> copy(ConsumerRecord<String, byte[]> record, String topic) {
		return new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers().toArray().length == 0
				? List.of()
				: List.of(record.headers().toArray()));
	}

}
