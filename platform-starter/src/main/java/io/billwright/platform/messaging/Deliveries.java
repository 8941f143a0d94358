package io.billwright.platform.messaging;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.messaging.EventHeaders.UnreadableEvent;

/// Brings a record to its subscriptions: once each, however often it arrives.
final class Deliveries {

	private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

	private static final String OUTCOME = "outcome";

	private final List<Subscription<?>> subscriptions;

	private final Inbox inbox;

	private final DeadLetters deadLetters;

	private final TransactionalOperator transaction;

	private final JsonMapper mapper;

	private final MessagingSettings settings;

	private final ObservationRegistry observations;

	Deliveries(List<Subscription<?>> subscriptions, Inbox inbox, DeadLetters deadLetters,
			TransactionalOperator transaction, JsonMapper mapper, MessagingSettings settings,
			ObservationRegistry observations) {
		this.subscriptions = subscriptions;
		this.inbox = inbox;
		this.deadLetters = deadLetters;
		this.transaction = transaction;
		this.mapper = mapper;
		this.settings = settings;
		this.observations = observations;
	}

	/// Cold; completes when every subscription has handled the record, had handled it before or has given it up to the dead
	/// letters. Never fails; as long as something is down it does not complete.
	Mono<Void> deliver(ConsumerRecord<String, byte[]> record) {
		if (record.value() == null) {
			return Mono.empty();
		}
		return Flux.fromIterable(this.subscriptions)
				.filter((subscription) -> isFor(subscription, record))
				.concatMap((subscription) -> observe(record, subscription))
				.then();
	}

	private boolean isFor(Subscription<?> subscription, ConsumerRecord<String, byte[]> record) {
		@Nullable
		String replayedFor = DeadLetters.subscriptionOf(record);
		return (replayedFor != null)
				? record.topic().equals(this.deadLetters.retryTopic(subscription.topic()))
						&& replayedFor.equals(subscription.name())
				: record.topic().equals(subscription.topic());
	}

	/// Times the delivery and continues the trace of the change that the event tells of.
	private Mono<Void> observe(ConsumerRecord<String, byte[]> record, Subscription<?> subscription) {
		return Mono.defer(() -> {
			Observation observation = Observation
					.createNotStarted("billwright.events", () -> receiver(record), this.observations)
					.contextualName(subscription.topic() + " handle")
					.lowCardinalityKeyValue("topic", subscription.topic())
					.lowCardinalityKeyValue("subscription", subscription.name())
					.lowCardinalityKeyValue(OUTCOME, "cancelled")
					.start();
			return deliver(record, subscription)
					.doOnNext((outcome) -> observation.lowCardinalityKeyValue(OUTCOME, outcome))
					.doFinally((signal) -> observation.stop())
					.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, observation))
					.then();
		});
	}

	private static ReceiverContext<Headers> receiver(ConsumerRecord<String, byte[]> record) {
		ReceiverContext<Headers> receiver = new ReceiverContext<>(EventHeaders::find, Kind.CONSUMER);
		receiver.setCarrier(record.headers());
		return receiver;
	}

	/// Emits `handled`, `duplicate` or `dead_letter`.
	private <T> Mono<String> deliver(ConsumerRecord<String, byte[]> record, Subscription<T> subscription) {
		AtomicInteger attempts = new AtomicInteger();
		return Mono.fromCallable(() -> EventHeaders.toEvent(record, subscription.type(), this.mapper))
				.flatMap((event) -> handle(event, subscription))
				.retryWhen(this.settings.backoff()
						.whenever((error) -> isWorthAnother(error, attempts),
								(error) -> noteRetry(record, subscription, error)))
				.onErrorResume(Exception.class, (error) -> bury(record, subscription, error, attempts.get()));
	}

	private boolean isWorthAnother(Throwable error, AtomicInteger attempts) {
		return Causes.isTransient(error) || (attempts.incrementAndGet() < this.settings.consumer().attempts()
				&& !(error instanceof UnreadableEvent));
	}

	private <T> Mono<String> handle(Event<T> event, Subscription<T> subscription) {
		return this.inbox.isNew(event, subscription.name())
				.flatMap((fresh) -> fresh
						? effect(event, subscription.handler()).thenReturn("handled")
						: Mono.just("duplicate"))
				.as(this.transaction::transactional)
				.contextWrite(event.tenant().bind())
				.timeout(this.settings.consumer().handlerTimeout());
	}

	private static <T> Mono<Void> effect(Event<T> event, Function<Event<T>, Mono<Void>> handler) {
		return Mono.defer(() -> handler.apply(event));
	}

	private Mono<String> bury(ConsumerRecord<String, byte[]> record, Subscription<?> subscription, Throwable error,
			int attempts) {
		log.error("{} is a dead letter after {} attempts: {}", where(record, subscription), attempts,
				Causes.describe(error));
		return this.deadLetters.bury(record, subscription, error, attempts)
				.retryWhen(this.settings.backoff().forever((failure) -> noteRetry(record, subscription, failure)))
				.thenReturn("dead_letter");
	}

	private static void noteRetry(ConsumerRecord<String, byte[]> record, Subscription<?> subscription,
			Throwable error) {
		log.warn("{} is tried again: {}", where(record, subscription), Causes.describe(error));
	}

	private static String where(ConsumerRecord<String, byte[]> record, Subscription<?> subscription) {
		return "%s-%d@%d for '%s'".formatted(record.topic(), record.partition(), record.offset(), subscription.name());
	}

}
