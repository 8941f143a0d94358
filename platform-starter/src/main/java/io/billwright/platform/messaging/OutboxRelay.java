package io.billwright.platform.messaging;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.messaging.OutboxTable.Backlog;
import io.billwright.platform.tenancy.SystemScope;

/// Publishes what is in the outbox, in the order of its numbers, and deletes what the broker has acknowledged.
///
/// Reading, publishing and deleting a batch is one transaction that holds an advisory lock. So of several instances one
/// publishes and the others stand by, and when it dies its lock dies with it. A crash between acknowledgement and commit
/// publishes the batch again, in the same order and with the same ids, which consumers skip.
///
/// It wakes on a notification or after the poll interval. While the broker or the database is down it tries again with
/// growing pauses, for ever; events wait in the table and memory holds one batch at the most.
final class OutboxRelay implements SmartLifecycle {

	/// Later than the web server ends, so that the events of the last requests go out too.
	private static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 2048;

	/// How long a batch that is given up may take to roll back.
	private static final Duration GIVING_UP = Duration.ofSeconds(2);

	private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

	private final OutboxTable table;

	private final CommitListener listener;

	private final MissingTopics topics;

	private final RecordPublisher publisher;

	private final EdgePurges purges;

	private final TransactionalOperator transaction;

	private final MessagingSettings settings;

	private final String application;

	private final MeterRegistry meters;

	private final Clock clock;

	private volatile Backlog backlog = new Backlog(0, null);

	private volatile boolean running;

	private Sinks.Empty<Void> stop = Sinks.empty();

	private Sinks.Empty<Void> givenUp = Sinks.empty();

	private Sinks.Empty<Void> ended = Sinks.empty();

	private Disposable work = Disposables.disposed();

	OutboxRelay(OutboxTable table, CommitListener listener, MissingTopics topics, RecordPublisher publisher,
			EdgePurges purges, TransactionalOperator transaction, MessagingSettings settings, String application,
			MeterRegistry meters, Clock clock) {
		this.table = table;
		this.listener = listener;
		this.topics = topics;
		this.publisher = publisher;
		this.purges = purges;
		this.transaction = transaction;
		this.settings = settings;
		this.application = application;
		this.meters = meters;
		this.clock = clock;
		Gauge.builder("billwright.outbox.waiting", this, (relay) -> relay.backlog.rows())
				.description("Events that wait to be published; counted up to 100,000")
				.register(meters);
		TimeGauge.builder("billwright.outbox.lag", this, TimeUnit.MILLISECONDS,
				OutboxRelay::lagMillis)
				.description("Age of the oldest event that waits to be published")
				.register(meters);
	}

	@Override
	public void start() {
		this.running = true;
		this.stop = Sinks.empty();
		this.givenUp = Sinks.empty();
		this.ended = Sinks.empty();
		this.work = Disposables.composite(relay().subscribe(), measure().subscribe());
	}

	private Flux<Void> relay() {
		return Flux.merge(this.listener.wakeUps(), Flux.interval(this.settings.outbox().pollInterval()))
				.takeUntilOther(this.stop.asMono())
				.onBackpressureLatest()
				.concatMap((wakeUp) -> publishAll(), 0)
				.doFinally((signal) -> this.ended.tryEmitEmpty());
	}

	/// Publishes until nothing is left to this relay. Never fails.
	private Mono<Void> publishAll() {
		return publishBatch().repeat(() -> this.running)
				.takeWhile((published) -> published > 0)
				.then()
				.retryWhen(this.settings.backoff().until(this.stop.asMono(), this::noteFailure))
				.onErrorComplete();
	}

	/// Publishes one batch; emits its size, which is 0 when nothing waits or another relay is at it.
	private Mono<Integer> publishBatch() {
		return this.table.tryLock()
				.filter((free) -> free)
				.flatMap((locked) -> this.table.oldest(this.settings.outbox().batchRows(),
						this.settings.outbox().batchSize().toBytes()))
				.filter((rows) -> !rows.isEmpty())
				.delayUntil(this::publish)
				.delayUntil(this.table::delete)
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind())
				.delayUntil(this.purges::publish)
				.map(List::size)
				.defaultIfEmpty(0);
	}

	private Mono<Void> publish(List<OutboxRow> rows) {
		return this.topics.ensureCompacted(rows.stream().map(OutboxRow::topic).toList())
				.then(this.publisher
						.publish(rows.stream().map((row) -> EventHeaders.toRecord(row, this.application)).toList(),
								this.givenUp.asMono()))
				.doOnSuccess((nothing) -> rows.forEach((row) -> this.meters
						.counter("billwright.outbox.published", "topic", row.topic())
						.increment()));
	}

	private void noteFailure(Throwable error) {
		this.meters.counter("billwright.outbox.failures").increment();
		this.topics.forget();
		log.warn("Events wait in the outbox, as publishing failed: {}", Causes.describe(error));
	}

	private Flux<Backlog> measure() {
		return Flux.interval(Duration.ZERO, this.settings.outbox().measureInterval())
				.onBackpressureDrop()
				.concatMap((tick) -> this.table.measure()
						.as(this.transaction::transactional)
						.contextWrite(SystemScope.bind())
						.doOnError((error) -> log.debug("The outbox was not measured: {}", Causes.describe(error)))
						.onErrorComplete())
				.doOnNext((measured) -> this.backlog = measured);
	}

	private double lagMillis() {
		Instant oldest = this.backlog.oldest();
		return (oldest != null) ? Math.max(0, Duration.between(oldest, this.clock.instant()).toMillis()) : 0;
	}

	/// Finishes the batch in work or, when that takes too long, gives it up: its transaction rolls back, and the next relay
	/// publishes the same events again.
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.stop.tryEmitEmpty();
		this.ended.asMono()
				.timeout(this.settings.outbox().drainTimeout(), Mono.defer(this::giveUp))
				.onErrorComplete()
				.publishOn(Schedulers.boundedElastic())
				.doFinally((signal) -> {
					this.work.dispose();
					callback.run();
				})
				.subscribe();
	}

	private Mono<Void> giveUp() {
		log.warn("The batch in work is given up, to be published again after the next start");
		this.givenUp.tryEmitEmpty();
		return this.ended.asMono().timeout(GIVING_UP);
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

}
