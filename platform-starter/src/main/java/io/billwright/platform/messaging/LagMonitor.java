package io.billwright.platform.messaging;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Measures how far the consumer group is behind, for metrics and for [Freshness].
final class LagMonitor implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(LagMonitor.class);

	private final List<String> topics;

	private final KafkaClients clients;

	private final Freshness freshness;

	private final Duration interval;

	private final Clock clock;

	private final Map<String, Long> records = new ConcurrentHashMap<>();

	private @Nullable Disposable work;

	LagMonitor(Collection<Subscription<?>> subscriptions, KafkaClients clients, Freshness freshness, Duration interval,
			MeterRegistry meters, Clock clock) {
		this.topics = subscriptions.stream().map(Subscription::topic).distinct().toList();
		this.clients = clients;
		this.freshness = freshness;
		this.interval = interval;
		this.clock = clock;
		this.topics.forEach((topic) -> Gauge
				.builder("billwright.consumer.lag.records", this.records, (lags) -> lags.getOrDefault(topic, 0L))
				.description("Records that the consumer group has not consumed yet; the same on every instance")
				.tag("topic", topic)
				.register(meters));
		if (!this.topics.isEmpty()) {
			TimeGauge.builder("billwright.consumer.lag", this, TimeUnit.MILLISECONDS, LagMonitor::lagMillis)
					.description("Age of the moment up to which everything is consumed")
					.register(meters);
		}
	}

	@Override
	public void start() {
		Flux<Long> ticks = this.topics.isEmpty() ? Flux.never() : Flux.interval(this.interval);
		this.work = ticks.onBackpressureDrop()
				.concatMap((tick) -> measure()
						.doOnError((error) -> log.debug("The lag was not measured: {}", Causes.describe(error)))
						.onErrorComplete())
				.subscribe();
	}

	Mono<Void> measure() {
		return this.clients.admin()
				.flatMap((admin) -> partitions(admin)
						.flatMap((partitions) -> Mono.defer(() -> measure(admin, partitions, this.clock.instant()))));
	}

	private Mono<Void> measure(Admin admin, Collection<TopicPartition> partitions, Instant at) {
		return ends(admin, partitions)
				.flatMap((ends) -> committed(admin).doOnNext((committed) -> note(at, ends, committed)))
				.then();
	}

	private Mono<List<TopicPartition>> partitions(Admin admin) {
		return KafkaClients.answer(admin.describeTopics(this.topics).allTopicNames())
				.map((topics) -> topics.values().stream().flatMap(LagMonitor::partitions).toList());
	}

	private static java.util.stream.Stream<TopicPartition> partitions(TopicDescription topic) {
		return topic.partitions().stream().map((partition) -> new TopicPartition(topic.name(), partition.partition()));
	}

	private static Mono<Map<TopicPartition, Long>> ends(Admin admin, Collection<TopicPartition> partitions) {
		return KafkaClients
				.answer(admin
						.listOffsets(partitions.stream()
								.collect(Collectors.toMap(Function.identity(), (partition) -> OffsetSpec.latest())))
						.all())
				.map((offsets) -> offsets.entrySet()
						.stream()
						.collect(Collectors.toMap(Map.Entry::getKey, (offset) -> offset.getValue().offset())));
	}

	private Mono<Map<TopicPartition, Long>> committed(Admin admin) {
		return KafkaClients
				.answer(admin.listConsumerGroupOffsets(this.clients.application()).partitionsToOffsetAndMetadata())
				.map(LagMonitor::offsets);
	}

	private static Map<TopicPartition, Long> offsets(Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
		Map<TopicPartition, Long> offsets = new ConcurrentHashMap<>();
		committed.forEach((partition, offset) -> {
			if (offset != null) {
				offsets.put(partition, offset.offset());
			}
		});
		return offsets;
	}

	private void note(Instant at, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {
		this.freshness.observe(at, ends, committed);
		this.records.putAll(ends.entrySet()
				.stream()
				.collect(Collectors.groupingBy((end) -> end.getKey().topic(), Collectors.summingLong(
						(end) -> Math.max(0, end.getValue() - committed.getOrDefault(end.getKey(), 0L))))));
	}

	/// Not a number until it is known.
	private double lagMillis() {
		return this.freshness.asOf()
				.map((asOf) -> (double) Duration.between(asOf, this.clock.instant()).toMillis())
				.orElse(Double.NaN);
	}

	@Override
	public void stop() {
		if (this.work != null) {
			this.work.dispose();
			this.work = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.work != null;
	}

}
