package io.billwright.platform.tenancy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.retry.Retry;

/// Opens a connection for the transaction manager and for nobody else. A statement outside of a transaction would run
/// without a tenant, so it fails here, in tests and in production alike.
final class GuardedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

	private static final Object TRANSACTION = new Object();

	/// More than any pool holds.
	private static final int DEAD_CONNECTIONS_LIMIT = 100;

	private final ConnectionFactory pool;

	GuardedConnectionFactory(ConnectionFactory pool) {
		this.pool = pool;
	}

	/// Marks what is upstream as the transaction manager's own.
	static Context open(Context context) {
		return context.put(TRANSACTION, true);
	}

	@Override
	public Publisher<? extends Connection> create() {
		return Mono.deferContextual((context) -> context.hasKey(TRANSACTION)
				? connect()
				: Mono.error(() -> new IllegalStateException(
						"A statement outside of a transaction has no tenant: add .as(transaction::transactional)")));
	}

	/// A database that was restarted leaves a pool of dead connections behind. Each is found out and thrown away when it is
	/// taken, and should not cost a request.
	private Mono<Connection> connect() {
		return Mono.<Connection>from(this.pool.create())
				.retryWhen(Retry.max(DEAD_CONNECTIONS_LIMIT)
						.filter(GuardedConnectionFactory::isDeadConnection)
						.onRetryExhaustedThrow((spec, signal) -> signal.failure()));
	}

	/// The pool's own exception; those of the driver, where no connection can be made, are subclasses.
	private static boolean isDeadConnection(Throwable error) {
		return error.getClass() == R2dbcNonTransientResourceException.class;
	}

	@Override
	public ConnectionFactoryMetadata getMetadata() {
		return this.pool.getMetadata();
	}

	@Override
	public ConnectionFactory unwrap() {
		return this.pool;
	}

}
