package io.billwright.analytics.ingest;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverRecord;
import reactor.util.retry.Retry;

import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.messaging.Causes;
import io.billwright.platform.tenancy.Tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Takes in what partners write to Kafka themselves: one event in each record, in the JSON form of the API, for the
/// organization and mode that its headers name. The same rules apply; what is rejected goes to the dead letters.
///
/// Offsets are committed when all in-sync replicas have what was read, in one or the other place. What is read twice has the
/// same key and counts once.
@Component
final class Inbound implements SmartLifecycle {

	static final String TOPIC = "usage-events-inbound";

	private static final Logger log = LoggerFactory.getLogger(Inbound.class);

	/// Header with the public id of the organization.
	private static final String ORGANIZATION = "billwright-organization";

	/// Header with `live` or `test`; live where there is none.
	private static final String MODE = "billwright-mode";

	private final Intake intake;

	private final EventPublisher publisher;

	private final IngestClients clients;

	private final IngestSettings settings;

	private final Scheduler workers;

	private final Clock clock;

	private @Nullable Disposable work;

	Inbound(Intake intake, EventPublisher publisher, IngestClients clients, IngestSettings settings,
			Scheduler intakeWorkers, Clock clock) {
		this.intake = intake;
		this.publisher = publisher;
		this.clients = clients;
		this.settings = settings;
		this.workers = intakeWorkers;
		this.clock = clock;
	}

	@Override
	public void start() {
		Flux<Void> forwarding = this.settings.inbound() ? consume() : Flux.never();
		this.work = forwarding.subscribe();
	}

	private Flux<Void> consume() {
		return Flux
				.defer(() -> KafkaReceiver.create(this.clients.inbound(TOPIC))
						.receiveBatch(1)
						.subscribeOn(Schedulers.boundedElastic())
						.concatMap((records) -> records.collectList().flatMap(this::forward), 1))
				.concatWith(Mono.error(() -> new IllegalStateException("the membership ended")))
				.retryWhen(again());
	}

	private static Retry again() {
		return IngestTopics.BACKOFF
				.forever((error) -> log.warn("Partners' usage events wait: {}", Causes.describe(error)));
	}

	private Mono<Void> forward(List<ReceiverRecord<String, byte[]>> records) {
		return Mono.defer(() -> forward(new Sorted(records, this.clock.instant())))
				.retryWhen(again())
				.doOnSuccess((nothing) -> records.forEach((record) -> record.receiverOffset().acknowledge()));
	}

	private Mono<Void> forward(Sorted sorted) {
		return Flux.fromIterable(sorted.events.entrySet())
				.concatMap((entry) -> this.intake
						.take(entry.getKey(), sorted.now, () -> entry.getValue().stream().map(Letter::item).toList())
						.doOnNext((outcomes) -> sorted.bury(entry.getValue(), outcomes)))
				.then(Mono.defer(() -> this.publisher.publish(sorted.dead).subscribeOn(this.workers)));
	}

	/// A record and the event in it.
	private record Letter(ConsumerRecord<String, byte[]> record, Item item) {}

	/// Records by whose they are.
	private static final class Sorted {

		private final Instant now;

		private final Map<Tenant, List<Letter>> events = new LinkedHashMap<>();

		private final List<ProducerRecord<String, byte[]>> dead = new ArrayList<>();

		Sorted(List<? extends ConsumerRecord<String, byte[]>> records, Instant now) {
			this.now = now;
			records.forEach(this::add);
		}

		private void add(ConsumerRecord<String, byte[]> record) {
			try {
				this.events.computeIfAbsent(tenant(record.headers()), (tenant) -> new ArrayList<>())
						.add(new Letter(record, item(record)));
			}
			catch (Failure failure) {
				bury(record, failure.code());
			}
			catch (IllegalArgumentException ex) {
				bury(record, "unknown_organization");
			}
		}

		private static Tenant tenant(Headers headers) {
			return new Tenant(OrganizationId.parse(String.valueOf(find(headers, ORGANIZATION))).value(),
					!"test".equals(find(headers, MODE)));
		}

		private Item item(ConsumerRecord<String, byte[]> record) {
			byte[] value = (record.value() != null) ? record.value() : new byte[0];
			List<Item> items = new EventReader(Form.JSON, false, this.now, () -> origin(record)).read(value);
			return (items.size() == 1)
					? items.getFirst()
					: Item.Malformed.of(null, "event", "malformed", "must be one JSON object");
		}

		void bury(List<Letter> letters, List<Outcome> outcomes) {
			for (int i = 0; i < letters.size(); i++) {
				if (outcomes.get(i).status() == Outcome.Status.REJECTED) {
					bury(letters.get(i).record(), outcomes.get(i).problems().stream().map(Sorted::cause)
							.collect(Collectors.joining(", ")));
				}
			}
		}

		/// Without anything of what the partner wrote into its values.
		private static String cause(FieldError problem) {
			return problem.code() + " " + problem.field();
		}

		private void bury(ConsumerRecord<String, byte[]> record, String cause) {
			ProducerRecord<String, byte[]> letter = new ProducerRecord<>(UsageTopics.DEAD, null, record.key(),
					record.value(), List.of(record.headers().toArray()));
			letter.headers().remove(UsageTopics.CAUSE).add(UsageTopics.CAUSE, cause.getBytes(UTF_8));
			letter.headers().remove(UsageTopics.ORIGIN).add(UsageTopics.ORIGIN,
					"%s-%d@%d".formatted(record.topic(), record.partition(), record.offset()).getBytes(UTF_8));
			this.dead.add(letter);
		}

		/// Names an event that has no key of its own: where it stands.
		private static String origin(ConsumerRecord<String, byte[]> record) {
			return record.topic() + '-' + record.partition() + '-' + record.offset();
		}

		private static @Nullable String find(Headers headers, String name) {
			Header header = headers.lastHeader(name);
			return (header != null && header.value() != null) ? new String(header.value(), UTF_8) : null;
		}

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
