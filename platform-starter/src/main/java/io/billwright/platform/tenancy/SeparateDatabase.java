package io.billwright.platform.tenancy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/// A database beside the service's own, with the same rule: no statement outside of a transaction, and no transaction
/// without its tenant. Its transactions are independent of those of every other database.
///
/// @param client for statements inside of its transactions
/// @param transaction opens them
/// @param readOnly opens them for reading
public record SeparateDatabase(DatabaseClient client, TransactionalOperator transaction,
		ReadOnlyTransaction readOnly) {

	/// The database that a pool connects to. The pool stays with whoever has opened it.
	public static SeparateDatabase of(ConnectionPool pool) {
		ConnectionFactory guarded = new GuardedConnectionFactory(pool, null);
		ReactiveTransactionManager manager = new HandedOverTransactions(new TenantTransactionManager(guarded));
		DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
		reading.setReadOnly(true);
		return new SeparateDatabase(DatabaseClient.create(guarded),
				TransactionalOperator.create(manager, TransactionDefinition.withDefaults()),
				new ReadOnlyTransaction(TransactionalOperator.create(manager, reading)));
	}

}
