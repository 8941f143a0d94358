package io.billwright.platform.tenancy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.retry.Retry;

/// Opens a connection for the transaction manager and for nobody else. A statement outside of a transaction would run
/// without a tenant, so it fails here, in tests and in production alike.
///
/// The connection of a read-only transaction is one to the replica, where there is one.
final class GuardedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

	/// More than any pool holds.
	private static final int DEAD_CONNECTIONS_LIMIT = 100;

	private final ConnectionFactory pool;

	private final @Nullable Replica replica;

	GuardedConnectionFactory(ConnectionFactory pool, @Nullable Replica replica) {
		this.pool = pool;
		this.replica = replica;
	}

	/// Marks what is upstream as the transaction manager's own.
	static Context open(Context context, boolean readOnly) {
		boolean anywhere = readOnly && !context.hasKey(FromPrimary.class);
		return context.put(Server.class, anywhere ? Server.ANY : Server.PRIMARY);
	}

	@Override
	public Publisher<? extends Connection> create() {
		return Mono.deferContextual((context) -> context.<Server>getOrEmpty(Server.class)
				.map((server) -> connect(server)
						.flatMap((connection) -> HandedOverTransactions.unlessAbandoned(connection, context)))
				.orElseGet(() -> Mono.error(() -> new IllegalStateException(
						"A statement outside of a transaction has no tenant: add .as(transaction::transactional)"))));
	}

	private Mono<Connection> connect(Server server) {
		Mono<Connection> primary = connect(this.pool);
		return (server == Server.ANY && this.replica != null) ? this.replica.connectOr(primary) : primary;
	}

	/// A database that was restarted leaves a pool of dead connections behind. Each is found out and thrown away when it is
	/// taken, and should not cost a request.
	static Mono<Connection> connect(ConnectionFactory pool) {
		return Mono.<Connection>from(pool.create())
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

	/// Who may be connected to; in the context of the transaction manager alone.
	private enum Server {

		PRIMARY, ANY

	}

}
