package io.billwright.analytics.booking;

import io.r2dbc.postgresql.codec.Json;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Keeps facts of the bound tenant.
@Repository
class FactStore {

	private final DatabaseClient database;

	private final JsonMapper mapper;

	FactStore(DatabaseClient database, JsonMapper mapper) {
		this.database = database;
		this.mapper = mapper;
	}

	/// Keeps the snapshot unless a newer one is known. Needs a transaction of its tenant.
	<T> Mono<Void> keep(Fact<T> fact, T snapshot) {
		return write(fact, snapshot, false);
	}

	/// Keeps the snapshot unless a newer one is known, and repairs a fact of the same version.
	<T> Mono<Void> repair(Fact<T> fact, T snapshot) {
		return write(fact, snapshot, true);
	}

	private <T> Mono<Void> write(Fact<T> fact, T snapshot, boolean again) {
		return this.database.sql(fact.statement())
				.bind(0, Json.of(this.mapper.writeValueAsString(snapshot)))
				.bind(1, again)
				.then();
	}

}
