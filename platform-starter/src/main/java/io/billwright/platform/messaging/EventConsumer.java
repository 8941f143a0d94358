package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOffset;
import reactor.kafka.receiver.ReceiverRecord;

/// The service's membership in its consumer group.
///
/// Offsets are committed up to the oldest record that is still in work. When a partition is taken away, what is in work is
/// finished and committed first; what does not finish in time is abandoned by leaving and joining again, and delivered to
/// the new owner. While a handler waits for something that is down, its lane stands still, the buffer fills, the partitions
/// are paused and the membership stays alive.
final class EventConsumer implements SmartLifecycle {

	/// Together with the web server's graceful end, so that neither waits for the other.
	static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;

	private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);

	private static final Duration STEP = Duration.ofMillis(20);

	/// How long leaving the group may take when the service stops; what is not committed by then is delivered again.
	private static final Duration LEAVING = Duration.ofSeconds(3);

	private final List<Subscription<?>> subscriptions;

	private final Deliveries deliveries;

	private final DeadLetters deadLetters;

	private final MissingTopics topics;

	private final KafkaClients clients;

	private final MessagingSettings settings;

	private volatile boolean running;

	private volatile @Nullable Membership membership;

	private Disposable work = Disposables.disposed();

	EventConsumer(List<Subscription<?>> subscriptions, Deliveries deliveries, DeadLetters deadLetters,
			MissingTopics topics, KafkaClients clients, MessagingSettings settings) {
		this.subscriptions = subscriptions;
		this.deliveries = deliveries;
		this.deadLetters = deadLetters;
		this.topics = topics;
		this.clients = clients;
		this.settings = settings;
	}

	@Override
	public void start() {
		this.running = true;
		if (!this.subscriptions.isEmpty()) {
			this.work = consume().subscribe();
		}
	}

	private Flux<Void> consume() {
		return Flux.defer(() -> ensureTopics().thenMany(join()))
				.retryWhen(this.settings.backoff()
						.forever(
								(error) -> log.warn("The consumer group is joined again: {}", Causes.describe(error))));
	}

	private Mono<Void> ensureTopics() {
		return this.topics.ensureCompacted(topicNames())
				.then(this.topics.ensureTransit(topicNames().stream().map(this.deadLetters::retryTopic).toList()));
	}

	private List<String> topicNames() {
		return this.subscriptions.stream().map(Subscription::topic).distinct().toList();
	}

	private Flux<Void> join() {
		return Flux.defer(() -> {
			Membership joined = new Membership();
			this.membership = joined;
			return joined.consume();
		}).concatWith(Mono.error(() -> new IllegalStateException("the membership ended")));
	}

	/// Starts no more work, finishes what has begun, commits and leaves the group.
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		Mono.justOrEmpty(this.membership)
				.flatMap((joined) -> joined.drain().then(Mono.fromRunnable(this.work::dispose)).then(joined.left()))
				.publishOn(Schedulers.boundedElastic())
				.doFinally((signal) -> {
					this.work.dispose();
					callback.run();
				})
				.subscribe();
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/// From joining the group to leaving it.
	private final class Membership {

		private final AtomicInteger pending = new AtomicInteger();

		private final Sinks.Empty<Void> abandoned = Sinks.empty();

		private final KafkaReceiver<String, byte[]> receiver = KafkaReceiver
				.create(EventConsumer.this.clients.receiver()
						.subscription(Stream
								.concat(topicNames().stream(),
										topicNames().stream().map(EventConsumer.this.deadLetters::retryTopic))
								.toList())
						.addRevokeListener((partitions) -> abandonUnlessDrained()));

		private volatile @Nullable ReceiverOffset last;

		Flux<Void> consume() {
			Flux<ReceiverRecord<String, byte[]>> records = this.receiver.receive()
					.subscribeOn(Schedulers.boundedElastic())
					.doOnNext((record) -> this.pending.incrementAndGet());
			MessagingSettings.Consumer limits = EventConsumer.this.settings.consumer();
			return new Lanes(limits.lanes(), limits.buffer()).work(records, this::handle)
					.takeUntilOther(this.abandoned.asMono());
		}

		private Mono<Void> handle(ReceiverRecord<String, byte[]> record) {
			return deliver(record).doFinally((signal) -> this.pending.decrementAndGet());
		}

		private Mono<Void> deliver(ReceiverRecord<String, byte[]> record) {
			return EventConsumer.this.running
					? EventConsumer.this.deliveries.deliver(record).doOnSuccess((nothing) -> acknowledge(record))
					: Mono.empty();
		}

		private void acknowledge(ReceiverRecord<String, byte[]> record) {
			record.receiverOffset().acknowledge();
			this.last = record.receiverOffset();
		}

		/// The receiver has waited for the records in work by now. What is left belongs to the partitions' next owner.
		private void abandonUnlessDrained() {
			if (this.pending.get() > 0 && EventConsumer.this.running) {
				this.abandoned
						.tryEmitError(new IllegalStateException("a rebalance did not wait for all events in work"));
			}
		}

		Mono<Void> drain() {
			return until(() -> this.pending.get() == 0)
					.then(Mono.defer(() -> Mono.justOrEmpty(this.last)).flatMap(ReceiverOffset::commit))
					.timeout(EventConsumer.this.settings.consumer().drainTimeout())
					.onErrorComplete();
		}

		/// Completes when the consumer is closed; from then on it can no longer be asked.
		Mono<Void> left() {
			Mono<Boolean> asked = Mono.defer(() -> this.receiver.doOnConsumer((consumer) -> true))
					.timeout(STEP.multipliedBy(10), Mono.just(true))
					.onErrorReturn(false);
			return asked.repeatWhen((answers) -> answers.delayElements(STEP))
					.takeWhile((open) -> open)
					.then()
					.timeout(LEAVING)
					.onErrorComplete();
		}

		private static Mono<Void> until(java.util.function.BooleanSupplier condition) {
			return Flux.interval(Duration.ZERO, STEP).onBackpressureDrop().takeUntil((tick) -> condition.getAsBoolean())
					.then();
		}

	}

}
