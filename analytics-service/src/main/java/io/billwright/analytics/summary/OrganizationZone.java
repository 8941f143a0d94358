package io.billwright.analytics.summary;

import java.time.ZoneId;
import java.time.ZoneOffset;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Looks up where the days of the bound tenant begin.
@Repository
class OrganizationZone {

	private final DatabaseClient database;

	private final ReadOnlyTransaction transaction;

	OrganizationZone(DatabaseClient database, ReadOnlyTransaction transaction) {
		this.database = database;
		this.transaction = transaction;
	}

	/// The organization's time zone; UTC until the organization is known.
	Mono<ZoneId> zone() {
		return this.database.sql("SELECT time_zone FROM organization")
				.map((row) -> ZoneId.of(Columns.required(row, "time_zone", String.class)))
				.one()
				.defaultIfEmpty(ZoneOffset.UTC)
				.as(this.transaction::transactional);
	}

}
