package io.billwright.analytics.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.platform.tenancy.Tenant;

/// Takes the events of a tenant in: judges each, hands the good ones to Kafka together and tells what became of each once
/// all in-sync replicas have them.
@Component
class Intake {

	/// Rejected events of one request that live tails get to see.
	private static final int SHOWN_REJECTS = 100;

	private final Targets targets;

	private final EventPublisher publisher;

	private final RecentKeys recentKeys;

	private final IngestMetrics metrics;

	private final Scheduler workers;

	Intake(Targets targets, EventPublisher publisher, IngestSettings settings, IngestMetrics metrics,
			Scheduler intakeWorkers) {
		this.targets = targets;
		this.publisher = publisher;
		this.recentKeys = new RecentKeys(settings.recentKeys());
		this.metrics = metrics;
		this.workers = intakeWorkers;
	}

	/// Cold; emits what became of each event, in their order. Fails, and then has acknowledged nothing, with what reading
	/// fails with or [IngestFailure.IntakeUnavailable].
	///
	/// @param acceptedAt the time of this intake
	/// @param reading reads the events, where threads may be busy
	Mono<List<Outcome>> take(Tenant tenant, Instant acceptedAt, Supplier<List<Item>> reading) {
		return Mono.fromSupplier(reading)
				.subscribeOn(this.workers)
				.flatMap((items) -> this.targets.find(tenant, customers(items))
						.publishOn(this.workers)
						.map((found) -> new Batch(tenant, acceptedAt, found).judge(items)))
				.flatMap(this::publish)
				.onErrorMap(RejectedExecutionException.class, (full) -> new IngestFailure.IntakeUnavailable())
				.contextWrite(tenant.bind());
	}

	private Mono<List<Outcome>> publish(Batch batch) {
		return this.publisher.publish(batch.records()).then(Mono.fromSupplier(() -> {
			this.recentKeys.add(batch.accepted.keySet());
			this.metrics.count(batch.outcomes);
			return batch.outcomes;
		}));
	}

	private static Set<String> customers(List<Item> items) {
		Set<String> customers = new HashSet<>();
		for (Item item : items) {
			if (item instanceof Item.WellFormed event) {
				customers.add(event.customer());
			}
		}
		return customers;
	}

	/// The events of one request.
	private final class Batch {

		private final Tenant tenant;

		private final Instant acceptedAt;

		private final Map<String, Targets.Target> targets;

		private final List<Outcome> outcomes = new ArrayList<>();

		private final Map<UUID, ProducerRecord<String, byte[]>> accepted = new LinkedHashMap<>();

		private final List<ProducerRecord<String, byte[]>> rejected = new ArrayList<>();

		Batch(Tenant tenant, Instant acceptedAt, Map<String, Targets.Target> targets) {
			this.tenant = tenant;
			this.acceptedAt = acceptedAt;
			this.targets = targets;
		}

		Batch judge(List<Item> items) {
			for (Item item : items) {
				this.outcomes.add(switch (item) {
					case Item.Malformed malformed -> reject(malformed);
					case Item.WellFormed event -> judge(event);
				});
			}
			return this;
		}

		private Outcome judge(Item.WellFormed event) {
			Targets.Target target = this.targets.get(event.customer());
			if (target == null) {
				return reject(Item.Malformed.of(event.key(), "customer", "unknown_customer",
						"is no customer of the organization"));
			}
			UUID fingerprint = RecentKeys.fingerprint(this.tenant, event.key());
			if (this.accepted.containsKey(fingerprint) || Intake.this.recentKeys.contains(fingerprint)) {
				return Outcome.duplicate(event);
			}
			UsageEvent usage = new UsageEvent(this.tenant.organization(), this.tenant.live(), target.customer(),
					event.metric(), event.key(), event.quantity(), event.timestamp(), this.acceptedAt,
					event.properties());
			this.accepted.put(fingerprint,
					new ProducerRecord<>(target.topic(), target.recordKey(), UsageEventFormat.write(usage)));
			return Outcome.accepted(event);
		}

		private Outcome reject(Item.Malformed item) {
			if (this.rejected.size() < SHOWN_REJECTS) {
				this.rejected.add(Rejects.toRecord(this.tenant, this.acceptedAt, item));
			}
			return Outcome.rejected(item.key(), item.problems());
		}

		List<ProducerRecord<String, byte[]>> records() {
			List<ProducerRecord<String, byte[]>> records = new ArrayList<>(this.accepted.values());
			records.addAll(this.rejected);
			return records;
		}

	}

}
