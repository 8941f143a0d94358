package io.billwright.search.indexing;

import java.util.concurrent.atomic.LongAdder;

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
import io.billwright.search.indexing.DocumentStore.Reach;
import io.billwright.search.indexing.GenerationStore.Building;

/// Builds the index anew from the topics while the old one goes on answering and learning, then swaps the two.
///
/// Whatever happens during the rebuild is written to both, and history never overwrites it: the higher version stays. An
/// event that an earlier transaction wrote to the old slot only was in its topic before the rebuild began to read.
@Component
class Rebuild implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Rebuild.class);

	private final GenerationStore generations;

	private final DocumentStore documents;

	private final TopicReader reader;

	private final TransactionalOperator transaction;

	private final RebuildSettings settings;

	private volatile @Nullable Disposable work;

	private volatile boolean running;

	Rebuild(GenerationStore generations, DocumentStore documents, TopicReader reader, TransactionalOperator transaction,
			RebuildSettings settings) {
		this.generations = generations;
		this.documents = documents;
		this.reader = reader;
		this.transaction = transaction;
		this.settings = settings;
	}

	/// Begins a rebuild that goes on by itself; emits whether it began, that is, whether no other one is under way on any
	/// instance.
	Mono<Boolean> begin() {
		return this.generations.begin(this.settings.staleAfter())
				.doOnNext((building) -> this.work = run(building).subscribe())
				.hasElement();
	}

	private Mono<Void> run(Building building) {
		LongAdder handled = new LongAdder();
		Mono<Void> filled = Flux.fromIterable(Source.ALL).concatMap((source) -> replay(source, handled)).then();
		Mono<Void> ownership = Flux.interval(this.settings.progressInterval())
				.onBackpressureDrop()
				.concatMap((tick) -> report(building, handled))
				.takeWhile((owned) -> owned)
				.then(Mono.error(() -> new IllegalStateException("Another rebuild took over")));
		return Mono.firstWithSignal(filled, ownership)
				.then(Mono.defer(() -> this.generations.touch(building, handled.sum())))
				.then(Mono.defer(() -> this.generations.publish(building)))
				.doOnNext((published) -> log.info("The index was rebuilt from {} events; published: {}", handled.sum(),
						published))
				.then()
				.doOnError((error) -> log.error("A rebuild of the index failed; the old one goes on", error))
				.onErrorComplete()
				.then(this.generations.empty())
				.doOnError((error) -> log.warn("The idle slot stays full until the next rebuild", error))
				.onErrorComplete();
	}

	/// Emits whether the rebuild may go on, which it may while the database cannot be asked.
	private Mono<Boolean> report(Building building, LongAdder handled) {
		return this.generations.touch(building, handled.sum())
				.doOnError((error) -> log.warn("A rebuild cannot report its progress", error))
				.onErrorReturn(true);
	}

	private <T> Mono<Long> replay(Source<T> source, LongAdder handled) {
		return this.reader.readAll(source.topic(), source.type(),
				(event) -> this.documents.write(source.toDocument().apply(event.data()), Reach.REBUILD)
						.as(this.transaction::transactional)
						.doOnSuccess((nothing) -> handled.increment()));
	}

	@Override
	public void start() {
		this.running = true;
	}

	/// Ends a rebuild of this instance; the next one takes its slot when it has been silent for long enough.
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
