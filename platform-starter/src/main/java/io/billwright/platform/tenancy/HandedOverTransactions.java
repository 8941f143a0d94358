package io.billwright.platform.tenancy;

import java.util.concurrent.CancellationException;

import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Hands a transaction that has been asked for over even to somebody who has left in the meantime, and who then rolls it
/// back, as of any other.
///
/// Otherwise the pool of r2dbc-pool 1.0.2 takes the connection back while it is still beginning the transaction, and whoever
/// gets it next continues that: with a read-only one, if it was one.
final class HandedOverTransactions implements ReactiveTransactionManager {

	private final ReactiveTransactionManager manager;

	HandedOverTransactions(ReactiveTransactionManager manager) {
		this.manager = manager;
	}

	/// Emits the connection, or gives it back where nobody waits for it any more.
	static Mono<Connection> unlessAbandoned(Connection connection, ContextView context) {
		return context.<Taker>getOrEmpty(Taker.class).filter((taker) -> taker.left).isPresent()
				? Mono.from(connection.close()).then(Mono.error(() -> new CancellationException("nobody waits")))
				: Mono.just(connection);
	}

	@Override
	public Mono<ReactiveTransaction> getReactiveTransaction(@Nullable TransactionDefinition definition) {
		return this.manager.getReactiveTransaction(definition)
				.transform(Operators
						.<ReactiveTransaction, ReactiveTransaction>lift((source, actual) -> new Taker(actual)));
	}

	@Override
	public Mono<Void> commit(ReactiveTransaction transaction) {
		return this.manager.commit(transaction);
	}

	@Override
	public Mono<Void> rollback(ReactiveTransaction transaction) {
		return this.manager.rollback(transaction);
	}

	private static final class Taker implements CoreSubscriber<ReactiveTransaction>, Subscription {

		private final CoreSubscriber<? super ReactiveTransaction> actual;

		private volatile boolean left;

		private @Nullable Subscription source;

		Taker(CoreSubscriber<? super ReactiveTransaction> actual) {
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext().put(Taker.class, this);
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.source = subscription;
			this.actual.onSubscribe(this);
		}

		@Override
		public void request(long count) {
			if (this.source != null) {
				this.source.request(count);
			}
		}

		@Override
		public void cancel() {
			this.left = true;
		}

		@Override
		public void onNext(ReactiveTransaction transaction) {
			this.actual.onNext(transaction);
		}

		@Override
		public void onError(Throwable error) {
			if (!this.left) {
				this.actual.onError(error);
			}
		}

		@Override
		public void onComplete() {
			this.actual.onComplete();
		}

	}

}
