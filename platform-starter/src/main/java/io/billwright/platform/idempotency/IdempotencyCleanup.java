package io.billwright.platform.idempotency;

import java.time.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SystemScope;

/// Forgets answers whose retention is over, in batches. Several instances may do so at once.
final class IdempotencyCleanup implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(IdempotencyCleanup.class);

	private final IdempotencyRecords records;

	private final TransactionalOperator transaction;

	private final IdempotencySettings settings;

	private final Clock clock;

	private @Nullable Disposable running;

	IdempotencyCleanup(IdempotencyRecords records, TransactionalOperator transaction, IdempotencySettings settings,
			Clock clock) {
		this.records = records;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	@Override
	public void start() {
		this.running = Flux.interval(this.settings.cleanupInterval())
				.onBackpressureDrop()
				.concatMap((tick) -> cleanUp())
				.subscribe();
	}

	/// Deletes until a batch is not full; emits how many answers were forgotten.
	Mono<Long> cleanUp() {
		return Mono.defer(() -> this.records
				.deleteBefore(this.clock.instant().minus(this.settings.retention()), this.settings.cleanupBatch())
				.as(this.transaction::transactional))
				.contextWrite(SystemScope.bind())
				.repeat()
				.takeUntil((deleted) -> deleted < this.settings.cleanupBatch())
				.reduce(0L, Long::sum)
				.onErrorResume(Exception.class, (error) -> {
					log.warn("Expired idempotency records stay until the next round: {}", error.toString());
					return Mono.just(0L);
				});
	}

	@Override
	public void stop() {
		if (this.running != null) {
			this.running.dispose();
			this.running = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

}
