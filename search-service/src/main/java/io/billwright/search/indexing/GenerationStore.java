package io.billwright.search.indexing;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.SystemScope;

/// The two slots of the index and which of them does what. Each call is a transaction above tenants.
@Repository
class GenerationStore {

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	GenerationStore(DatabaseClient database, TransactionalOperator transaction) {
		this.database = database;
		this.transaction = transaction;
	}

	/// A slot that is being filled.
	///
	/// @param startedAt tells this rebuild from a later one of the same slot
	record Building(short slot, OffsetDateTime startedAt) {}

	Flux<Generation> all() {
		return this.database.sql("SELECT * FROM generation ORDER BY slot")
				.map(GenerationStore::toGeneration)
				.all()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	/// Empties the idle slot and takes it; empty while another rebuild reports progress.
	Mono<Building> begin(Duration staleAfter) {
		return this.database.sql("""
				SELECT chosen, started FROM begin_generation($1 * interval '1 millisecond') WHERE chosen IS NOT NULL""")
				.bind(0, staleAfter.toMillis())
				.map((row) -> new Building(Columns.required(row, "chosen", Short.class),
						Columns.required(row, "started", OffsetDateTime.class)))
				.one()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	/// Reports progress; emits whether the rebuild still owns its slot.
	Mono<Boolean> touch(Building building, long documents) {
		return this.database.sql("""
				UPDATE generation SET touched_at = clock_timestamp(), documents = $3
				WHERE slot = $1 AND started_at = $2 AND state = 'building'""")
				.bind(0, building.slot())
				.bind(1, building.startedAt())
				.bind(2, documents)
				.fetch()
				.rowsUpdated()
				.map((updated) -> updated == 1)
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	/// Swaps the slots; emits whether the rebuild still owned its slot.
	Mono<Boolean> publish(Building building) {
		return this.database.sql("SELECT publish_generation($1, $2) AS published")
				.bind(0, building.slot())
				.bind(1, building.startedAt())
				.map((row) -> Columns.required(row, "published", Boolean.class))
				.one()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	/// Frees what the idle slot holds.
	Mono<Void> empty() {
		return this.database.sql("SELECT empty_generation()")
				.then()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	private static Generation toGeneration(Readable row) {
		return new Generation(Columns.required(row, "slot", Short.class),
				Columns.required(row, "state", String.class),
				Columns.required(row, "documents", Long.class), instant(row, "started_at"),
				instant(row, "touched_at"), instant(row, "published_at"));
	}

	private static @Nullable Instant instant(Readable row, String column) {
		return row.get(column, Instant.class);
	}

}
