package io.billwright.analytics.shard;

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

	/// @param migrated completes when the shard has its tables, at once when it is known to have them
	Shard(int number, SeparateDatabase database, Mono<Void> migrated) {
		this.number = number;
		this.database = database;
		this.migrated = migrated;
	}

	/// From 0; names the shard in its topic and in metrics.
	public int number() {
		return this.number;
	}

	/// For statements inside of a transaction of this shard.
	public DatabaseClient client() {
		return this.database.client();
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
