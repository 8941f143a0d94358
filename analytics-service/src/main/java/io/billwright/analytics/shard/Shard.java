package io.billwright.analytics.shard;

import io.r2dbc.spi.ConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SeparateDatabase;

/// One database of usage. Its transactions belong to the bound tenant, or stand above tenants in a
/// [io.billwright.platform.tenancy.SystemScope].
public final class Shard {

	private final int number;

	private final SeparateDatabase database;

	private final Mono<Void> migrated;

	private final ConnectionFactory connections;

	/// @param migrated completes when the shard has its tables, at once when it is known to have them
	/// @param connections opens connections beside those of the pool
	Shard(int number, SeparateDatabase database, Mono<Void> migrated, ConnectionFactory connections) {
		this.number = number;
		this.database = database;
		this.migrated = migrated;
		this.connections = connections;
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
		return this.migrated.then(Mono.defer(() -> this.database.transaction().transactional(work)));
	}

	/// Runs reads in one transaction of this shard.
	public <T> Mono<T> reading(Mono<T> work) {
		return this.migrated.then(Mono.defer(() -> this.database.readOnly().transactional(work)));
	}

	/// Runs reads in one transaction of this shard.
	public <T> Flux<T> reading(Flux<T> work) {
		return this.migrated.thenMany(Flux.defer(() -> this.database.readOnly().transactional(work)));
	}

}
