package io.billwright.platform.tenancy;

import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Wraps reads: the database refuses a write in it. Inside a transaction that has begun already it joins that one.
///
/// It goes to the replica where one is configured, and then may not see yet what was committed a moment ago; see
/// [FromPrimary].
public final class ReadOnlyTransaction {

	private final TransactionalOperator operator;

	ReadOnlyTransaction(TransactionalOperator operator) {
		this.operator = operator;
	}

	/// Runs the work in one read-only transaction.
	public <T> Mono<T> transactional(Mono<T> work) {
		return this.operator.transactional(work);
	}

	/// Runs the work in one read-only transaction.
	public <T> Flux<T> transactional(Flux<T> work) {
		return this.operator.transactional(work);
	}

}
