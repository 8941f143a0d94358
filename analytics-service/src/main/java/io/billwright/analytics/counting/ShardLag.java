package io.billwright.analytics.counting;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.messaging.Freshness;
import io.billwright.platform.messaging.KafkaClients;
import io.billwright.platform.tenancy.SystemScope;

/// How far the counting of a shard is behind its topic, whichever instance counts: it compares what was in the topic at each
/// moment with what the shard says is counted.
final class ShardLag {

	private final Shard shard;

	private final String topic;

	private final Positions positions;

	private final KafkaClients clients;

	private final Clock clock;

	private final Freshness freshness = new Freshness();

	private volatile double events = Double.NaN;

	ShardLag(Shard shard, Positions positions, KafkaClients clients, MeterRegistry meters, Clock clock) {
		this.shard = shard;
		this.topic = UsageTopics.ofShard(shard.number());
		this.positions = positions;
		this.clients = clients;
		this.clock = clock;
		Gauge.builder("billwright.usage.lag.events", this, (lag) -> lag.events)
				.description("Events in the shard's topic that are not counted yet; the same on every instance")
				.tag("shard", Integer.toString(shard.number()))
				.register(meters);
		TimeGauge.builder("billwright.usage.lag", this, java.util.concurrent.TimeUnit.MILLISECONDS, ShardLag::millis)
				.description("Age of the moment up to which everything accepted is counted")
				.tag("shard", Integer.toString(shard.number()))
				.register(meters);
	}

	Freshness freshness() {
		return this.freshness;
	}

	/// Measures once.
	Mono<Void> measure() {
		return this.clients.admin()
				.flatMap((admin) -> partitions(admin)
						.flatMap((partitions) -> Mono.defer(() -> measure(admin, partitions, this.clock.instant()))));
	}

	private Mono<Collection<TopicPartition>> partitions(Admin admin) {
		return KafkaClients.answer(admin.describeTopics(java.util.List.of(this.topic)).allTopicNames())
				.map((topics) -> IntStream
						.range(0, topics.values().stream().mapToInt((topic) -> topic.partitions().size()).sum())
						.mapToObj((partition) -> new TopicPartition(this.topic, partition))
						.toList());
	}

	private Mono<Void> measure(Admin admin, Collection<TopicPartition> partitions, Instant at) {
		return KafkaClients
				.answer(admin.listOffsets(partitions.stream()
						.collect(Collectors.toMap(Function.identity(), (partition) -> OffsetSpec.latest()))).all())
				.flatMap((ends) -> this.shard.reading(Mono.defer(this.positions::read))
						.contextWrite(SystemScope.bind())
						.doOnNext((counted) -> note(at, ends, counted)))
				.then();
	}

	private void note(Instant at, Map<TopicPartition, ListOffsetsResultInfo> ends, Map<Integer, Long> counted) {
		Map<TopicPartition, Long> until = ends.entrySet()
				.stream()
				.collect(Collectors.toMap(Map.Entry::getKey, (end) -> end.getValue().offset()));
		Map<TopicPartition, Long> next = until.keySet()
				.stream()
				.collect(Collectors.toMap(Function.identity(),
						(partition) -> counted.getOrDefault(partition.partition(), 0L)));
		this.freshness.observe(at, until, next);
		this.events = until.entrySet()
				.stream()
				.mapToLong((end) -> Math.max(0, end.getValue() - next.getOrDefault(end.getKey(), 0L)))
				.sum();
	}

	private double millis() {
		return this.freshness.asOf()
				.map((asOf) -> (double) Duration.between(asOf, this.clock.instant()).toMillis())
				.orElse(Double.NaN);
	}

}
