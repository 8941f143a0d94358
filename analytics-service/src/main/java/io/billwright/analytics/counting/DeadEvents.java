package io.billwright.analytics.counting;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.messaging.MissingTopics;
import io.billwright.platform.messaging.RecordPublisher;

/// Keeps records that cannot be counted, with their cause, so that their partition goes on. A record may be kept twice when
/// counting is broken off.
@Component
class DeadEvents {

	private final MissingTopics topics;

	private final RecordPublisher publisher;

	DeadEvents(MissingTopics topics, @Qualifier("deadLetterPublisher") RecordPublisher publisher) {
		this.topics = topics;
		this.publisher = publisher;
	}

	Mono<Void> bury(List<Received> defects) {
		return defects.isEmpty()
				? Mono.empty()
				: this.topics.ensureTransit(List.of(UsageTopics.DEAD))
						.then(Mono.defer(() -> this.publisher
								.publish(defects.stream().map(DeadEvents::letter).toList())));
	}

	private static ProducerRecord<String, byte[]> letter(Received defect) {
		ConsumerRecord<String, byte[]> origin = defect.origin();
		ProducerRecord<String, byte[]> letter = new ProducerRecord<>(UsageTopics.DEAD, null, origin.key(),
				origin.value(), origin.headers());
		letter.headers()
				.add(UsageTopics.CAUSE, bytes(String.valueOf(defect.defect())))
				.add(UsageTopics.ORIGIN,
						bytes(origin.topic() + "-" + origin.partition() + "@" + origin.offset()));
		return letter;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
