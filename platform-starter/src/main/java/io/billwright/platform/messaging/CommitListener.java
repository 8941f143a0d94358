package io.billwright.platform.messaging;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Listens for commits that notify a channel, on a connection of its own, as a listening connection cannot be shared.
public final class CommitListener {

	private static final Logger log = LoggerFactory.getLogger(CommitListener.class);

	private final ConnectionPool pool;

	private final Backoff backoff;

	private final String channel;

	/// @param pool only lends its factory
	/// @param backoff pauses while the database is down
	/// @param channel an identifier as SQL writes it, never a client's
	public CommitListener(ConnectionPool pool, Backoff backoff, String channel) {
		this.pool = pool;
		this.backoff = backoff;
		this.channel = channel;
	}

	/// Emits after each such commit, and whenever listening has begun (again), as something may have been missed by then.
	/// Never ends by itself.
	public Flux<Object> wakeUps() {
		return Flux.usingWhen(connect(), this::listen, PostgresqlConnection::close)
				.concatWith(Mono.error(() -> new IllegalStateException("the connection was closed")))
				.retryWhen(this.backoff.forever((error) -> log.warn("Listening to '{}' begins again: {}", this.channel,
						Causes.describe(error))));
	}

	private Mono<PostgresqlConnection> connect() {
		return Mono.from(this.pool.unwrap().create()).map(CommitListener::unwrap);
	}

	private Flux<Object> listen(PostgresqlConnection connection) {
		return connection.createStatement("LISTEN " + this.channel)
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
