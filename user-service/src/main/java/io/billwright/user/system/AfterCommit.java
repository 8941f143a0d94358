package io.billwright.user.system;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/// Effects outside of the database that must not happen when the transaction does not.
public final class AfterCommit {

	private static final Logger logger = LoggerFactory.getLogger(AfterCommit.class);

	private AfterCommit() {
	}

	/// Runs the work once the current transaction has committed, however far out it began. Its failure is logged; the
	/// committed change stands.
	public static Mono<Void> run(Mono<Void> work) {
		return TransactionSynchronizationManager.forCurrentTransaction()
				.doOnNext((synchronizations) -> synchronizations
						.registerSynchronization(new TransactionSynchronization() {

							@Override
							public Mono<Void> afterCommit() {
								return work.onErrorResume(Exception.class, (failure) -> {
									logger.warn("An effect after a commit failed", failure);
									return Mono.empty();
								});
							}

						}))
				.then();
	}

}
