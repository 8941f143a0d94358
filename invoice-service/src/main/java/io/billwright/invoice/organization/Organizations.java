package io.billwright.invoice.organization;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// What the events of organizations have told about the current tenant's.
@Repository
public class Organizations {

	private static final String LEARN = """
			INSERT INTO organization_profile AS known (version, time_zone) VALUES (:version, :timeZone)
			ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version, time_zone = excluded.time_zone
			WHERE known.version < excluded.version""";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final Clock clock;

	Organizations(DatabaseClient database, ReadOnlyTransaction readOnly, Clock clock) {
		this.database = database;
		this.readOnly = readOnly;
		this.clock = clock;
	}

	/// Today in the organization's time zone; in UTC as long as nothing was learned.
	public Mono<LocalDate> today() {
		return this.database.sql("SELECT time_zone FROM organization_profile")
				.mapValue(String.class)
				.one()
				.map(ZoneId::of)
				.defaultIfEmpty(ZoneOffset.UTC)
				.map((zone) -> LocalDate.ofInstant(this.clock.instant(), zone))
				.as(this.readOnly::transactional);
	}

	/// Learns the organization's state as of a version; an older one than known changes nothing.
	public Mono<Void> learn(long version, ZoneId timeZone) {
		return this.database.sql(LEARN).bind("version", version).bind("timeZone", timeZone.getId()).then();
	}

}
