package io.billwright.analytics.retention;

import io.r2dbc.spi.Connection;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Lets one instance at a time work on the months of a shard: a lock of a connection that is open as long as the work lasts and
/// that the server closes when the instance dies. Whoever loses it unnoticed is stopped by the attempt that the database knows.
final class ShardLock {

	private static final String TRY = "SELECT pg_try_advisory_lock(hashtextextended('usage retention', 0)) AS locked";

	private ShardLock() {
	}

	/// Somebody else works on the shard.
	static final class Busy extends RetentionFailure {

		private static final long serialVersionUID = 1L;

		private Busy(int shard) {
			super("Another instance, or the schedule, is at work on shard %d.".formatted(shard));
		}

	}

	/// Runs the work alone; fails with [Busy] at once.
	static <T> Mono<T> alone(Shard shard, Mono<T> work) {
		return Mono.usingWhen(Mono.from(shard.connections().create()),
				(connection) -> lock(connection).filter((locked) -> locked)
						.switchIfEmpty(Mono.error(() -> new Busy(shard.number())))
						.flatMap((locked) -> work),
				Connection::close);
	}

	private static Mono<Boolean> lock(Connection connection) {
		return Mono.from(connection.createStatement(TRY).execute())
				.flatMap((result) -> Mono.from(result.map((row) -> required(row, "locked", Boolean.class))));
	}

}
