package io.billwright.analytics.meter;

import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.MeterActivations;
import io.billwright.platform.tenancy.Tenant;

/// Sees to it that what meters say is counted. A definition is counted before its meter can be seen, and until its meter cannot
/// be seen any more: a crash in between costs rows that nobody asks for, never a figure.
@Component
class FollowMeters {

	private static final Logger log = LoggerFactory.getLogger(FollowMeters.class);

	private final MeterActivations activations;

	FollowMeters(MeterActivations activations) {
		this.activations = activations;
	}

	/// Counts the meter's definition from now on, and the events before in the background. Fails where a shard of the
	/// organization is down.
	Mono<Void> begin(Meter meter) {
		return begin(meter, meter.definition());
	}

	/// The same in the place of another definition.
	Mono<Void> begin(Meter meter, UUID predecessor) {
		return Tenant.current()
				.flatMap((tenant) -> this.activations.activate(meter.details()
						.counting()
						.toMetering(meter.definition(), tenant.organization(), tenant.live()), predecessor));
	}

	/// Counts the definition no more, once the current transaction has committed. A shard that is down then goes on with it,
	/// until it is ended again.
	Mono<Void> endAfterCommit(UUID definition) {
		return Tenant.current()
				.map((tenant) -> this.activations.archive(tenant.organization(), definition)
						.doOnError((error) -> log.warn("The definition {} is still counted, for nobody", definition,
								error))
						.onErrorComplete())
				.flatMap(FollowMeters::afterCommit);
	}

	private static Mono<Void> afterCommit(Mono<Void> work) {
		TransactionSynchronization synchronization = new TransactionSynchronization() {

			@Override
			public Mono<Void> afterCommit() {
				return work;
			}

		};
		return TransactionSynchronizationManager.forCurrentTransaction()
				.doOnNext((transaction) -> transaction.registerSynchronization(synchronization))
				.then();
	}

}
