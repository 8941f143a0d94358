package io.billwright.analytics.allowance;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.ChangeMark;
import io.billwright.platform.messaging.Backoff;
import io.billwright.platform.messaging.Causes;

/// Listens to one database for changes that anybody commits there, and proves that it hears them: while somebody asks, it sends
/// a beat over the same channel. PostgreSQL delivers messages in the order of the commits, so who hears a beat has heard
/// of everything that was committed before it was sent. Times are those of [System#nanoTime()].
final class ChangeLink {

	/// Before anything.
	private static final long NEVER = Long.MIN_VALUE / 2;

	private static final String BEAT = "beat ";

	/// So long after the last question beats go on.
	private static final Duration ATTENTION = Duration.ofSeconds(10);

	private static final Duration BEAT_TIMEOUT = Duration.ofSeconds(5);

	private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

	private static final Logger log = LoggerFactory.getLogger(ChangeLink.class);

	private final String name;

	private final ConnectionFactory connections;

	private final ChangeBoard board;

	private final Supplier<Optional<Instant>> countedUntil;

	private final Duration interval;

	private final String beat = BEAT + UUID.randomUUID() + ' ';

	private volatile long asked = NEVER;

	private volatile long listeningSince = Long.MAX_VALUE;

	private volatile Proof sent = Proof.NONE;

	private volatile Proof proof = Proof.NONE;

	/// @param name for the log
	/// @param countedUntil every event accepted before it is counted in this database, as far as that is known
	/// @param interval between beats
	ChangeLink(String name, ConnectionFactory connections, ChangeBoard board,
			Supplier<Optional<Instant>> countedUntil, Duration interval) {
		this.name = name;
		this.connections = connections;
		this.board = board;
		this.countedUntil = countedUntil;
		this.interval = interval;
	}

	/// Until when every change has been heard of.
	///
	/// @param countedUntil every event accepted before it was counted by then; `null` where that is not known
	record Proof(long nanos, @Nullable Instant countedUntil) {

		static final Proof NONE = new Proof(NEVER, null);

	}

	/// Of the latest beat that was heard. It is about what was read since [#listeningSince()].
	Proof proof() {
		return this.proof;
	}

	/// From when on nothing is missed; in the future while nothing is heard.
	long listeningSince() {
		return this.listeningSince;
	}

	/// Keeps the beats going.
	void ask() {
		this.asked = System.nanoTime();
	}

	/// Listens, again and again.
	Flux<Object> listen() {
		return Flux.usingWhen(connect(), this::follow, PostgresqlConnection::close)
				.concatWith(Mono.error(() -> new IllegalStateException("the connection was closed")))
				.doFinally((signal) -> this.listeningSince = Long.MAX_VALUE)
				.retryWhen(BACKOFF.forever((error) -> log.warn("Listening to {} for changes begins again: {}",
						this.name, Causes.describe(error))));
	}

	private Mono<PostgresqlConnection> connect() {
		return Mono.from(this.connections.create()).map(ChangeLink::unwrap);
	}

	private static PostgresqlConnection unwrap(Connection connection) {
		Object inner = connection;
		while (!(inner instanceof PostgresqlConnection) && inner instanceof Wrapped<?> wrapped) {
			inner = wrapped.unwrap();
		}
		return (PostgresqlConnection) inner;
	}

	/// A beat is worth no waiting for the disk.
	private Flux<Object> follow(PostgresqlConnection connection) {
		return execute(connection, "SET synchronous_commit = off")
				.then(execute(connection, "LISTEN " + ChangeMark.CHANNEL))
				.doOnSuccess((done) -> this.listeningSince = System.nanoTime())
				.thenMany(Flux.merge(connection.getNotifications().doOnNext(this::hear), beats(connection)));
	}

	private Flux<Object> beats(PostgresqlConnection connection) {
		return Flux.interval(this.interval)
				.onBackpressureDrop()
				.filter((tick) -> System.nanoTime() - this.asked < ATTENTION.toNanos())
				.concatMap((tick) -> beat(connection), 1);
	}

	private Mono<Object> beat(PostgresqlConnection connection) {
		return Mono.defer(() -> {
			@Nullable
			Instant counted = this.countedUntil.get().orElse(null);
			this.sent = new Proof(System.nanoTime(), counted);
			return execute(connection,
					"NOTIFY %s, '%s%d'".formatted(ChangeMark.CHANNEL, this.beat, this.sent.nanos()))
					.timeout(BEAT_TIMEOUT);
		});
	}

	private static Mono<Object> execute(PostgresqlConnection connection, String sql) {
		return connection.createStatement(sql).execute().flatMap((result) -> result.getRowsUpdated())
				.then(Mono.empty());
	}

	private void hear(Notification notification) {
		String message = String.valueOf(notification.getParameter());
		if (!message.startsWith(BEAT)) {
			long unchanged = this.proof.nanos();
			ChangeMark.parse(message).forEach((mark) -> this.board.change(mark, unchanged));
		}
		else if (message.equals(this.beat + this.sent.nanos())) {
			this.proof = this.sent;
		}
	}

}
