package io.billwright.analytics.booking;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.messaging.TopicReader;

/// Books every topic again from its beginning while answers and live events go on. A fact of a newer version is never
/// touched, one of the same version is written again, a missing one is added; so it may run at any time, on several
/// instances, and be broken off.
@Component
class Rebuild implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Rebuild.class);

	private final FactStore facts;

	private final TopicReader reader;

	private final TransactionalOperator transaction;

	private final Clock clock;

	private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.NONE);

	private volatile @Nullable Disposable work;

	private volatile boolean running;

	Rebuild(FactStore facts, TopicReader reader, TransactionalOperator transaction, Clock clock) {
		this.facts = facts;
		this.reader = reader;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// What this instance's latest rebuild has done.
	///
	/// @param state `none`, `running`, `completed` or `failed`
	/// @param events handled so far
	record Progress(String state, long events, @Nullable Instant startedAt, @Nullable Instant endedAt) {

		static final Progress NONE = new Progress("none", 0, null, null);

		boolean isRunning() {
			return this.state.equals("running");
		}

		Progress count() {
			return new Progress(this.state, this.events + 1, this.startedAt, this.endedAt);
		}

		Progress end(String how, Instant at) {
			return new Progress(how, this.events, this.startedAt, at);
		}

	}

	Progress progress() {
		return this.progress.get();
	}

	/// Begins unless this instance is at it already; tells which.
	boolean begin() {
		Progress before = this.progress.get();
		Progress begun = new Progress("running", 0, this.clock.instant(), null);
		if (before.isRunning() || !this.progress.compareAndSet(before, begun)) {
			return false;
		}
		this.work = run().subscribe();
		return true;
	}

	private Mono<Void> run() {
		return Flux.fromIterable(Fact.ALL)
				.concatMap(this::replay)
				.doOnComplete(() -> end("completed"))
				.doOnError((error) -> log.error("A rebuild of the facts failed; they stay usable", error))
				.doOnError((error) -> end("failed"))
				.onErrorComplete()
				.then();
	}

	private <T> Mono<Long> replay(Fact<T> fact) {
		return this.reader.readAll(fact.topic(), fact.type(),
				(event) -> this.facts.repair(fact, event.data())
						.as(this.transaction::transactional)
						.doOnSuccess((nothing) -> this.progress.updateAndGet(Progress::count)));
	}

	private void end(String how) {
		Progress ended = this.progress.updateAndGet((current) -> current.end(how, this.clock.instant()));
		log.info("A rebuild of the facts {} after {} events", how, ended.events());
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		Disposable current = this.work;
		if (current != null) {
			current.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
