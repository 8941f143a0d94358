package io.billwright.analytics.ingest;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.KafkaReceiver;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.messaging.KafkaClients;
import io.billwright.platform.tenancy.Tenant;

/// Shows a tenant's events as they pass, whatever instance they came in by: read from the end of the organization's shards'
/// topics, and of that of rejected ones.
@Component
class Tails {

	/// Events that wait for a reader who is slow; the oldest of more are skipped.
	private static final int BUFFER = 1_000;

	/// How often a quiet tail says that it is alive, so that a reader who is gone is noticed.
	private static final Duration HEARTBEAT = Duration.ofSeconds(15);

	private final Targets targets;

	private final IngestClients clients;

	private final KafkaClients kafka;

	private final int limit;

	private final AtomicInteger open = new AtomicInteger();

	Tails(Targets targets, IngestClients clients, KafkaClients kafka, IngestSettings settings) {
		this.targets = targets;
		this.clients = clients;
		this.kafka = kafka;
		this.limit = settings.tails();
	}

	/// Cold; from the moment of subscription on, without an end.
	///
	/// @param customer whose accepted events are shown; all without it
	/// @param metric of which events are shown; all without it
	Flux<ServerSentEvent<TailView>> open(@Nullable String customer, @Nullable String metric) {
		return Flux.defer(() -> {
			if (this.open.incrementAndGet() > this.limit) {
				this.open.decrementAndGet();
				return Flux.error(() -> new IngestFailure.TooManyTails(this.limit));
			}
			return Tenant.current()
					.flatMapMany((tenant) -> customer(tenant, customer)
							.flatMapMany((wanted) -> follow(tenant, wanted, metric)))
					.doFinally((signal) -> this.open.decrementAndGet());
		});
	}

	private Mono<Wanted> customer(Tenant tenant, @Nullable String customer) {
		return (customer == null)
				? Mono.just(new Wanted(null))
				: this.targets.find(tenant, List.of(customer)).map((found) -> {
					Targets.Target target = found.get(customer);
					if (target == null) {
						throw new Invalid("customer", "unknown_customer", "is no customer of the organization");
					}
					return new Wanted(target.customer());
				});
	}

	private Flux<ServerSentEvent<TailView>> follow(Tenant tenant, Wanted wanted, @Nullable String metric) {
		AtomicLong skipped = new AtomicLong();
		String scope = Rejects.scope(tenant);
		Flux<ServerSentEvent<TailView>> events = this.targets.topics(tenant)
				.flatMap((topics) -> partitions(Stream.concat(topics.stream(), Stream.of(Rejects.TOPIC)).toList()))
				.flatMapMany((partitions) -> KafkaReceiver.create(this.clients.tail(partitions))
						.receive()
						.subscribeOn(Schedulers.boundedElastic()))
				.filter((record) -> record.key() != null && record.key().startsWith(scope))
				.mapNotNull((record) -> view(record, wanted, metric))
				.onBackpressureBuffer(BUFFER, (dropped) -> skipped.incrementAndGet(),
						BufferOverflowStrategy.DROP_OLDEST)
				.map((view) -> ServerSentEvent.builder(view.afterSkipping(skipped.getAndSet(0)))
						.event(view.status())
						.build());
		Flux<ServerSentEvent<TailView>> heartbeats = Flux.interval(Duration.ZERO, HEARTBEAT)
				.onBackpressureDrop()
				.map((tick) -> ServerSentEvent.<TailView>builder().comment("").build());
		return Flux.merge(events, heartbeats);
	}

	private Mono<List<TopicPartition>> partitions(List<String> topics) {
		return this.kafka.admin().flatMap((admin) -> partitions(admin, topics));
	}

	private static Mono<List<TopicPartition>> partitions(Admin admin, List<String> topics) {
		return KafkaClients.answer(admin.describeTopics(topics).allTopicNames())
				.map((described) -> described.values()
						.stream()
						.flatMap((topic) -> topic.partitions()
								.stream()
								.map((partition) -> new TopicPartition(topic.name(), partition.partition())))
						.toList());
	}

	/// `null` where the reader does not want to see it.
	private static @Nullable TailView view(ConsumerRecord<String, byte[]> record, Wanted wanted,
			@Nullable String metric) {
		if (record.topic().equals(Rejects.TOPIC)) {
			Rejects.Reject reject = Rejects.read(record.value());
			return new TailView("rejected", reject.key(), null, null, null, null, reject.at(), Map.of(),
					reject.problems(), 0);
		}
		try {
			UsageEvent event = UsageEventFormat.read(record.value());
			boolean shown = (wanted.customer() == null || wanted.customer().equals(event.customer()))
					&& (metric == null || metric.equals(event.metric()));
			return shown
					? new TailView("accepted", event.key(), new CustomerId(event.customer()), event.metric(),
							event.quantity(), event.timestamp(), event.acceptedAt(), new HashMap<>(event.properties()),
							List.of(), 0)
					: null;
		}
		catch (UsageEventFormat.Unreadable ex) {
			return null;
		}
	}

	/// @param customer `null` for all of them
	private record Wanted(@Nullable UUID customer) {}

	/// An event that passed.
	///
	/// @param status `accepted` or `rejected`
	/// @param at when it came in
	/// @param errors why it was rejected
	/// @param skipped events before this one that could not be shown, as they were read too slowly
	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	record TailView(String status, @Nullable String idempotencyKey, @Nullable CustomerId customer,
			@Nullable String metric, @Nullable BigDecimal quantity, @Nullable Instant timestamp, Instant at,
			Map<String, @Nullable Object> properties, List<FieldError> errors, long skipped) {

		TailView afterSkipping(long count) {
			return new TailView(this.status, this.idempotencyKey, this.customer, this.metric, this.quantity,
					this.timestamp, this.at, this.properties, this.errors, count);
		}

	}

}
