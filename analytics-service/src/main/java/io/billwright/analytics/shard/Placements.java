package io.billwright.analytics.shard;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Columns;

/// What a shard knows of where organizations are, above tenants: see `usage_placement`. Needs a transaction of the shard.
public final class Placements {

	private static final String COLUMNS = "SELECT organization_id, version, shards, counted_until FROM usage_placement";

	private static final String FIND = COLUMNS + " WHERE organization_id = $1";

	/// Also lets whoever counts finish first, and keeps others from beginning.
	private static final String CHANGE = "UPDATE rollup_watermark SET placements_version = placements_version + 1";

	private static final String ADOPT = """
			INSERT INTO usage_placement AS known (organization_id, version, shards, counted_until, changed_at)
			VALUES ($1, $2, $3, $4, now())
			ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version, shards = excluded.shards,
				counted_until = excluded.counted_until, changed_at = excluded.changed_at, attempt = NULL
			WHERE known.version < excluded.version""";

	private final DatabaseClient database;

	/// Those of a shard.
	public Placements(Shard shard) {
		this.database = shard.client();
	}

	/// Where the shard believes the organization to be; empty where it never moved to here or from here.
	public Mono<Assignment> find(UUID organization) {
		return this.database.sql(FIND).bind(0, organization).map(Placements::toAssignment).one();
	}

	/// All of them.
	public Flux<Map.Entry<UUID, Assignment>> all() {
		return this.database.sql(COLUMNS)
				.map((row) -> Map.entry(Columns.required(row, "organization_id", UUID.class), toAssignment(row)))
				.all();
	}

	/// Takes over what somebody knows better: what is the organization's has arrived where it says before anybody knows it.
	public Mono<Void> adopt(UUID organization, Assignment newer) {
		return change().then(Mono.defer(() -> Columns
				.bind(this.database.sql(ADOPT)
						.bind(0, organization)
						.bind(1, newer.version())
						.bind(2, newer.shards().toArray(Integer[]::new)), 3, newer.countedUntil(), Instant.class)
				.then()));
	}

	/// From the columns `shards`, `version` and `counted_until`.
	static Assignment toAssignment(Readable row) {
		return new Assignment(Arrays.asList(Columns.required(row, "shards", Integer[].class)),
				Columns.required(row, "version", Long.class), row.get("counted_until", Instant.class));
	}

	/// Tells whoever counts to look again, and lets nobody count until the transaction ends.
	public Mono<Void> change() {
		return Mono.defer(() -> this.database.sql(CHANGE).then());
	}

}
