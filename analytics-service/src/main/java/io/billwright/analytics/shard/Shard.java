package io.billwright.analytics.shard;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SeparateDatabase;

/// One database of usage. Its transactions belong to the bound tenant, or stand above tenants in a
/// [io.billwright.platform.tenancy.SystemScope].
///
/// A shard that was asked for as an organization's makes sure, at the beginning of each transaction, that the organization has
/// not left; and that it does not before a transaction that writes has ended.
public final class Shard {

	private static final String LEFT = "SELECT version, shards, counted_until FROM usage_here($1, $2, $3)";

	private final int number;

	private final SeparateDatabase database;

	private final Mono<Void> migrated;

	private final ConnectionFactory connections;

	private final @Nullable Occupant occupant;

	/// @param migrated completes when the shard has its tables, at once when it is known to have them
	/// @param connections opens connections beside those of the pool
	Shard(int number, SeparateDatabase database, Mono<Void> migrated, ConnectionFactory connections) {
		this(number, database, migrated, connections, null);
	}

	private Shard(int number, SeparateDatabase database, Mono<Void> migrated, ConnectionFactory connections,
			@Nullable Occupant occupant) {
		this.number = number;
		this.database = database;
		this.migrated = migrated;
		this.connections = connections;
		this.occupant = occupant;
	}

	/// Whose shard it is asked for as.
	private record Occupant(UUID organization, Assignment assignment, Consumer<Assignment> learn) {}

	/// The same as the shard of an organization.
	///
	/// @param learn is told where the organization is instead
	Shard of(UUID organization, Assignment assignment, Consumer<Assignment> learn) {
		return new Shard(this.number, this.database, this.migrated, this.connections,
				new Occupant(organization, assignment, learn));
	}

	/// From 0; names the shard in its topic and in metrics.
	public int number() {
		return this.number;
	}

	/// For statements inside of a transaction of this shard.
	public DatabaseClient client() {
		return this.database.client();
	}

	/// Opens connections that belong to whoever opens them, for listening: a listening connection cannot be shared.
	public ConnectionFactory connections() {
		return this.connections;
	}

	/// Runs the work in one transaction of this shard.
	public <T> Mono<T> transactional(Mono<T> work) {
		return this.migrated.then(Mono.defer(() -> this.database.transaction().transactional(here(true).then(work))));
	}

	/// Runs reads in one transaction of this shard.
	public <T> Mono<T> reading(Mono<T> work) {
		return this.migrated
				.then(Mono.defer(() -> this.database.readOnly().transactional(here(false).then(work))));
	}

	/// Runs reads in one transaction of this shard.
	public <T> Flux<T> reading(Flux<T> work) {
		return this.migrated
				.thenMany(Flux.defer(() -> this.database.readOnly().transactional(here(false).thenMany(work))));
	}

	/// Fails with [ShardFailure.Moved] where the organization is somewhere else by now.
	private Mono<Void> here(boolean writing) {
		Occupant expected = this.occupant;
		return (expected == null)
				? Mono.empty()
				: Mono.defer(() -> client().sql(LEFT)
						.bind(0, expected.organization())
						.bind(1, expected.assignment().version())
						.bind(2, writing)
						.map(Placements::toAssignment)
						.one()).flatMap((newer) -> {
							expected.learn().accept(newer);
							return Mono.error(ShardFailure.Moved::new);
						});
	}

	/// The moment as of which figures of the organization are, where every event of this shard that was accepted before the
	/// given one is counted: an earlier one while events may still come by way of another shard.
	public Instant limited(Instant countedUntil) {
		Instant limit = (this.occupant != null) ? this.occupant.assignment().countedUntil() : null;
		return (limit != null && limit.isBefore(countedUntil)) ? limit : countedUntil;
	}

}
