package io.billwright.analytics.counting;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.r2dbc.spi.R2dbcException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.receiver.ReceiverRecord;

import io.billwright.analytics.counting.ShardStore.Counted;
import io.billwright.analytics.counting.ShardStore.Gap;
import io.billwright.analytics.wire.UsageEventFormat.Unreadable;
import io.billwright.platform.messaging.Causes;

/// Counts one shard's topic into the shard. One poll is one batch is one transaction; while it lasts, one more poll is held
/// and the partitions are paused, so that a shard which is slow or down lets the topic grow and nothing else.
final class ShardCounter {

	private static final Logger log = LoggerFactory.getLogger(ShardCounter.class);

	/// So often the same gap is met after seeking back before it is believed that the broker does not have the records.
	private static final int SEEKS_LIMIT = 10;

	private final ShardStore store;

	private final DeadEvents deadEvents;

	private final Neighbours neighbours;

	private final ReceiverOptions<String, byte[]> options;

	private final CountingSettings settings;

	private final CountingMetrics metrics;

	private final Clock clock;

	/// By partition: offsets from which on the broker has records, where those before are gone.
	private final Map<Integer, Long> earliest = new ConcurrentHashMap<>();

	private int seeks;

	ShardCounter(ShardStore store, DeadEvents deadEvents, Neighbours neighbours,
			ReceiverOptions<String, byte[]> options, CountingSettings settings, CountingMetrics metrics, Clock clock) {
		this.store = store;
		this.deadEvents = deadEvents;
		this.neighbours = neighbours;
		this.options = options;
		this.settings = settings;
		this.metrics = metrics;
		this.clock = clock;
	}

	/// Counts until it is cancelled; completes when `stop` does and the batch in work is done.
	Flux<Void> count(Mono<Void> stop) {
		return Flux.defer(() -> {
			KafkaReceiver<String, byte[]> receiver = KafkaReceiver.create(this.options);
			return receiver.receiveBatch(1)
					.concatMap(Flux::collectList, 1)
					.takeUntilOther(stop)
					.concatMap((records) -> count(receiver, records), 1);
		});
	}

	private Mono<Void> count(KafkaReceiver<String, byte[]> receiver, List<ReceiverRecord<String, byte[]>> records) {
		return Mono.fromCallable(() -> new Batch(this.store.topic(), decode(records)))
				.subscribeOn(Schedulers.boundedElastic())
				.flatMap(this::count)
				.doOnSuccess((nothing) -> acknowledge(records))
				.onErrorResume(Gap.class, (gap) -> seekBack(receiver, gap));
	}

	private static List<Received> decode(List<ReceiverRecord<String, byte[]>> records) {
		List<Received> decoded = new ArrayList<>(records.size());
		records.forEach((record) -> decoded.add(Received.of(record)));
		return decoded;
	}

	/// The last record of each partition stands for those before it.
	private void acknowledge(List<ReceiverRecord<String, byte[]>> records) {
		this.seeks = 0;
		Map<Integer, ReceiverRecord<String, byte[]>> last = new HashMap<>();
		records.forEach((record) -> last.put(record.partition(), record));
		last.values().forEach((record) -> record.receiverOffset().acknowledge());
	}

	/// Counts the batch. Data that PostgreSQL refuses are found by counting ever smaller halves.
	private Mono<Void> count(Batch batch) {
		return patiently(batch, this.deadEvents.bury(batch.defects()))
				.then(Mono.defer(() -> add(batch)))
				.doOnNext((counted) -> note(counted, batch))
				.then()
				.onErrorResume((error) -> refusedData(error) != null, (error) -> countHalves(batch, error));
	}

	/// Passes on what is not for this shard before anything says that it is done.
	private Mono<Counted> add(Batch batch) {
		return patiently(batch, this.store.add(batch, this.earliest)).onErrorResume(Strays.class,
				(strays) -> patiently(batch, this.neighbours.learn(this.store.shard(), strays))
						.flatMap((learnt) -> learnt ? add(batch) : passOn(batch, strays)));
	}

	private Mono<Counted> passOn(Batch batch, Strays strays) {
		return patiently(batch, this.neighbours.pass(strays.records()))
				.doOnSuccess((passed) -> this.metrics.forward(this.store.shard(), strays.records().size()))
				.then(Mono.defer(() -> add(batch.without(strays.records().keySet()))));
	}

	/// Tries again, as long as the shard or the broker is down.
	private <T> Mono<T> patiently(Batch batch, Mono<T> step) {
		return step.retryWhen(this.settings.backoff()
				.whenever(
						(error) -> !(error instanceof Gap) && !(error instanceof Strays) && refusedData(error) == null,
						(error) -> log.warn("{} waits: {}", batch.topic(), Causes.describe(error))));
	}

	private Mono<Void> countHalves(Batch batch, Throwable error) {
		return (batch.records().size() > 1)
				? Flux.fromStream(batch.halves()).concatMap(this::count).then()
				: count(batch.defective(String.valueOf(refusedData(error))));
	}

	/// What is wrong with the data and not with the database: properties that a meter could not read, or an SQLSTATE of the
	/// classes 21 to 23 (cardinality, data, integrity) or 54 (limits).
	private static @Nullable String refusedData(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof Unreadable) {
				return cause.getMessage();
			}
			if (cause instanceof R2dbcException ex && ex.getSqlState() != null
					&& ex.getSqlState().matches("(21|22|23|54).*")) {
				return "SQLSTATE " + ex.getSqlState();
			}
		}
		return null;
	}

	private void note(Counted counted, Batch batch) {
		this.metrics.count(this.store.shard(), counted, batch.defects().size(), this.clock.instant());
	}

	/// The broker has given records that are ahead of what is counted, as after the restore of an older backup of the shard:
	/// they are read again from where counting stands. Where the broker does not have these any more they are lost.
	private Mono<Void> seekBack(KafkaReceiver<String, byte[]> receiver, Gap gap) {
		boolean lost = ++this.seeks > SEEKS_LIMIT;
		return receiver.doOnConsumer((consumer) -> {
			gap.expected().forEach((partition, expected) -> {
				TopicPartition at = new TopicPartition(this.store.topic(), partition);
				long begin = consumer.beginningOffsets(List.of(at)).getOrDefault(at, 0L);
				if (begin > expected || lost) {
					this.earliest.put(partition, lost ? gap.first(partition) : begin);
					log.error("Events from {}@{} to {} are lost: the topic does not have them any more", at, expected,
							this.earliest.get(partition));
				}
				consumer.seek(at, Math.max(begin, expected));
			});
			return true;
		}).then();
	}

	/// Makes the partitions that the next events will need.
	Mono<Void> prepare() {
		return Mono.defer(() -> {
			LocalDate month = this.clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1);
			return this.store.prepare(List.of(month, month.plusMonths(1)));
		});
	}

}
