package io.billwright.analytics.counting;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.kafka.receiver.ReceiverOptions;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.messaging.Causes;
import io.billwright.platform.messaging.KafkaClients;
import io.billwright.platform.messaging.MissingTopics;

/// Counts every shard's topic, each by itself, and keeps the shards in order: partitions of the months to come, hours,
/// meters whose past is not counted yet, the lag.
@Component
public class Counting implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Counting.class);

	private static final Duration PREPARE_INTERVAL = Duration.ofHours(12);

	private final List<Part> parts;

	private final MissingTopics topics;

	private final CountingSettings settings;

	private volatile boolean running;

	private Sinks.Empty<Void> stopping = Sinks.empty();

	private Disposable work = Disposables.disposed();

	private Mono<Void> ended = Mono.empty();

	Counting(Shards shards, DeadEvents deadEvents, Neighbours neighbours, KafkaClients clients, MissingTopics topics,
			JsonMapper mapper,
			CountingSettings settings, CountingMetrics metrics, MeterRegistry meters, Clock clock) {
		this.topics = topics;
		this.settings = settings;
		this.parts = shards.all().stream().map((shard) -> {
			EventTable events = new EventTable(shard);
			RollupTable rollups = new RollupTable(shard);
			Positions positions = new Positions(shard, UsageTopics.ofShard(shard.number()));
			MeterTable meterTable = new MeterTable(shard, mapper);
			Announcements announcements = new Announcements(shard);
			ShardStore store = new ShardStore(shard, events, rollups, positions, meterTable, announcements);
			return new Part(shard, new ShardCounter(store, deadEvents, neighbours, receiver(shard, clients, settings),
					settings, metrics, clock), new Compaction(shard, settings.compactionDelay(), clock),
					new Backfill(shard, meterTable, events, rollups, announcements, settings.backfillEvents()),
					new ShardLag(shard, positions, clients, meters, clock));
		}).toList();
	}

	private record Part(Shard shard, ShardCounter counter, Compaction compaction, Backfill backfill, ShardLag lag) {}

	private static ReceiverOptions<String, byte[]> receiver(Shard shard, KafkaClients clients,
			CountingSettings settings) {
		int batchBytes = (int) settings.batchSize().toBytes();
		return clients.receiver()
				.consumerProperty(ConsumerConfig.GROUP_ID_CONFIG, settings.group() + "-" + shard.number())
				.consumerProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchEvents())
				.consumerProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, batchBytes)
				.consumerProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, batchBytes)
				.consumerProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, batchBytes)
				.consumerProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) settings.batchWait().toMillis())
				// Acknowledging the last record of a batch acknowledges those before it.
				.maxDeferredCommits(0)
				.maxDelayRebalance(Duration.ZERO)
				.subscription(List.of(UsageTopics.ofShard(shard.number())));
	}

	/// The moment up to which every accepted event of the shard is counted; empty until that is known.
	///
	/// @param shard its number
	public Optional<Instant> countedUntil(int shard) {
		return this.parts.get(shard).lag().freshness().asOf();
	}

	@Override
	public void start() {
		this.running = true;
		this.stopping = Sinks.empty();
		Sinks.Empty<Void> end = Sinks.empty();
		this.ended = end.asMono();
		this.work = Flux.fromIterable(this.parts)
				.flatMap(this::work, Math.max(1, this.parts.size()))
				.doFinally((signal) -> end.tryEmitEmpty())
				.subscribe();
	}

	/// Nothing here fails: what goes wrong is tried again, for each shard by itself.
	private Flux<Void> work(Part part) {
		Mono<Void> stop = this.stopping.asMono();
		return Flux.merge(count(part, stop),
				Flux.merge(every(PREPARE_INTERVAL, part, part.counter().prepare()),
						every(this.settings.compactionInterval(), part, part.compaction().run()),
						every(this.settings.measureInterval(), part, part.backfill().run()),
						every(this.settings.measureInterval(), part, part.lag().measure())).takeUntilOther(stop));
	}

	private Flux<Void> count(Part part, Mono<Void> stop) {
		return Flux
				.defer(() -> this.topics.ensureQueues(List.of(UsageTopics.ofShard(part.shard().number())),
						this.settings.partitions(), this.settings.retention()).thenMany(part.counter().count(stop)))
				.retryWhen(this.settings.backoff()
						.forever((error) -> log.warn("Shard {} is counted again: {}", part.shard().number(),
								Causes.describe(error))))
				.takeUntilOther(stop.then(Mono.delay(this.settings.drainTimeout())));
	}

	private Flux<Void> every(Duration interval, Part part, Mono<Void> task) {
		return Flux.interval(Duration.ZERO, interval)
				.onBackpressureDrop()
				.concatMap((tick) -> task.retryWhen(this.settings.backoff()
						.forever((error) -> log.warn("The upkeep of shard {} waits: {}", part.shard().number(),
								Causes.describe(error)))),
						1);
	}

	/// Begins no more batches and waits for those in work; what is not done in time is rolled back.
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.stopping.tryEmitEmpty();
		this.ended.timeout(this.settings.drainTimeout().plusSeconds(1))
				.onErrorComplete()
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
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
	}

}
