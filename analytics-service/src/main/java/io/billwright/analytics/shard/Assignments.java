package io.billwright.analytics.shard;

import java.util.UUID;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SystemScope;

/// The stored map of organizations to shards (decision 5), remembered for a while.
final class Assignments {

	/// Two instances may see an organization for the first time at once: the row of one of them counts for both.
	private static final String ASSIGN = """
			INSERT INTO shard_assignment (organization_id, shards)
			SELECT $1, ARRAY[shard] FROM generate_series(0, $2 - 1) AS shard
			LEFT JOIN shard_assignment AS other ON shard = ANY (other.shards)
			GROUP BY shard ORDER BY count(other.organization_id), shard LIMIT 1
			ON CONFLICT (organization_id) DO NOTHING""";

	private static final String FIND = """
			SELECT shards, version, counted_until FROM shard_assignment WHERE organization_id = $1""";

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	private final int shards;

	private final Cache<UUID, Assignment> known;

	/// @param transaction begins a transaction of its own, as the caller's belongs to a tenant
	Assignments(DatabaseClient database, TransactionalOperator transaction, int shards, ShardSettings settings) {
		this.database = database;
		this.transaction = transaction;
		this.shards = shards;
		this.known = Caffeine.newBuilder()
				.maximumSize(settings.assignments())
				.expireAfterWrite(settings.assignmentAge())
				.build();
	}

	/// Where the organization is.
	Mono<Assignment> of(UUID organization) {
		return Mono.defer(() -> {
			Assignment remembered = this.known.getIfPresent(organization);
			return (remembered != null) ? Mono.just(remembered) : load(organization);
		});
	}

	private Mono<Assignment> load(UUID organization) {
		return find(organization).switchIfEmpty(assign(organization).then(find(organization)))
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind())
				.doOnNext((assignment) -> learn(organization, assignment));
	}

	/// Remembers what is newer than what is known.
	void learn(UUID organization, Assignment assignment) {
		this.known.asMap().merge(organization, assignment,
				(known, given) -> given.version() < known.version() ? known : given);
	}

	private Mono<Assignment> find(UUID organization) {
		return this.database.sql(FIND).bind(0, organization).map(Placements::toAssignment).one();
	}

	private Mono<Long> assign(UUID organization) {
		return this.database.sql(ASSIGN).bind(0, organization).bind(1, this.shards).fetch().rowsUpdated();
	}

}
