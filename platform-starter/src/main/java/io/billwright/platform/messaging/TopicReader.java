package io.billwright.platform.messaging;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.messaging.EventHeaders.UnreadableEvent;

/// Rebuilds a read model from a topic's history while the subscriptions go on as usual.
///
/// The rebuilt model and the live one will both see events of the time of the rebuild, so the handler keeps the highest
/// `version` of each aggregate.
public final class TopicReader {

	private static final Logger log = LoggerFactory.getLogger(TopicReader.class);

	private final MissingTopics topics;

	private final RecordReader reader;

	private final Lanes lanes;

	private final JsonMapper mapper;

	private final MessagingSettings settings;

	TopicReader(MissingTopics topics, RecordReader reader, JsonMapper mapper, MessagingSettings settings) {
		this.topics = topics;
		this.reader = reader;
		this.lanes = new Lanes(settings.consumer().lanes(), settings.consumer().buffer());
		this.mapper = mapper;
		this.settings = settings;
	}

	/// Hands every event from the first to the last one that is there when reading begins to the handler, with the event's
	/// tenant bound, in order for each subject and several subjects at the same time. The inbox is not asked, and opening
	/// transactions is up to the handler.
	///
	/// Cold; emits how many events were handled. Waits and tries again while the database is down; fails with the first
	/// other failure of the handler, or where the broker is down at the start. An event that cannot be read is left out with
	/// a warning, as it is among the dead letters already.
	public <T> Mono<Long> readAll(String topic, Class<T> type, Function<Event<T>, Mono<Void>> handler) {
		return Mono.defer(() -> {
			LongAdder handled = new LongAdder();
			return this.lanes
					.work(this.topics.ensureCompacted(List.of(topic)).thenMany(this.reader.readAll(topic)),
							(record) -> toEvent(record, type).flatMap((event) -> handle(event, handler)
									.doOnSuccess((nothing) -> handled.increment())))
					.then(Mono.fromSupplier(handled::sum));
		});
	}

	private <T> Mono<Void> handle(Event<T> event, Function<Event<T>, Mono<Void>> handler) {
		return Mono.defer(() -> handler.apply(event))
				.contextWrite(event.tenant().bind())
				.retryWhen(this.settings.backoff()
						.whenever(Causes::isTransient,
								(error) -> log.warn("A rebuild waits: {}", Causes.describe(error))));
	}

	private <T> Mono<Event<T>> toEvent(ConsumerRecord<String, byte[]> record, Class<T> type) {
		return (record.value() == null)
				? Mono.empty()
				: Mono.fromCallable(() -> EventHeaders.toEvent(record, type, this.mapper))
						.doOnError(UnreadableEvent.class,
								(error) -> log.warn("{}-{}@{} is left out: {}", record.topic(),
										record.partition(), record.offset(), Causes.describe(error)))
						.onErrorComplete(UnreadableEvent.class);
	}

}
