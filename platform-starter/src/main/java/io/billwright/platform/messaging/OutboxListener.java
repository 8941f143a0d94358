package io.billwright.platform.messaging;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Listens for commits with new events on a connection of its own, as a listening connection cannot be shared.
final class OutboxListener {

	private static final Logger log = LoggerFactory.getLogger(OutboxListener.class);

	private final ConnectionPool pool;

	private final Backoff backoff;

	OutboxListener(ConnectionPool pool, Backoff backoff) {
		this.pool = pool;
		this.backoff = backoff;
	}

	/// Emits after each such commit, and whenever listening has begun (again), as something may have been missed by then.
	/// Never ends by itself.
	Flux<Object> wakeUps() {
		return Flux.usingWhen(connect(), OutboxListener::listen, PostgresqlConnection::close)
				.concatWith(Mono.error(() -> new IllegalStateException("the connection was closed")))
				.retryWhen(this.backoff.forever((error) -> log.warn("Listening for new events begins again: {}",
						Causes.describe(error))));
	}

	private Mono<PostgresqlConnection> connect() {
		return Mono.from(this.pool.unwrap().create()).map(OutboxListener::unwrap);
	}

	private static Flux<Object> listen(PostgresqlConnection connection) {
		return connection.createStatement("LISTEN " + OutboxTable.CHANNEL)
				.execute()
				.flatMap((result) -> result.getRowsUpdated())
				.then(Mono.<Object>just("listening"))
				.concatWith(connection.getNotifications());
	}

	private static PostgresqlConnection unwrap(Connection connection) {
		Object inner = connection;
		while (!(inner instanceof PostgresqlConnection) && inner instanceof Wrapped<?> wrapped) {
			inner = wrapped.unwrap();
		}
		return (PostgresqlConnection) inner;
	}

}
