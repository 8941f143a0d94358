package io.billwright.platform.tenancy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/// Opens a connection for the transaction manager and for nobody else. A statement outside of a transaction would run
/// without a tenant, so it fails here, in tests and in production alike.
final class GuardedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

	private static final Object TRANSACTION = new Object();

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
				? Mono.from(this.pool.create())
				: Mono.error(() -> new IllegalStateException(
						"A statement outside of a transaction has no tenant: add .as(transaction::transactional)")));
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
