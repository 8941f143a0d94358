package io.billwright.analytics.moving;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.SystemScope;

import static io.billwright.platform.tenancy.Columns.required;

/// What the shards have to carry.
@Component
class ShardLoads {

	/// Organizations that are named of each shard.
	private static final int NAMED = 20;

	private static final String ORGANIZATIONS = """
			SELECT shard, count(*) AS organizations FROM shard_assignment, LATERAL (SELECT DISTINCT unnest(shards)) AS own (shard)
			GROUP BY shard""";

	/// Sizes are those of the latest ANALYZE; what was ever counted is exact.
	private static final String LOAD = """
			SELECT (SELECT coalesce(sum(next_offset), 0)::bigint FROM consumed) AS counted,
				coalesce(sum(greatest(reltuples, 0)) FILTER (WHERE relname LIKE 'usage\\_event\\_2%'), 0)::bigint AS events,
				coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS bytes
			FROM pg_class WHERE relkind = 'r' AND relname LIKE 'usage\\_%' AND relnamespace = 'public'::regnamespace""";

	/// Those that were active last, by the latest of their counted minutes.
	private static final String LARGEST = """
			SELECT organization_id, sum(count)::bigint AS events FROM usage_minute
			WHERE bucket >= now() - interval '1 hour' GROUP BY organization_id ORDER BY events DESC, organization_id LIMIT $1""";

	private final Shards shards;

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	ShardLoads(Shards shards, DatabaseClient database, TransactionalOperator transaction) {
		this.shards = shards;
		this.database = database;
		this.transaction = transaction;
	}

	/// What one shard has.
	///
	/// @param organizations that are on it, also with others
	/// @param events stored, about
	/// @param bytes of events and roll-ups with their indexes
	/// @param share of everything that was ever counted, from 0 to 1
	/// @param busiest by public id what was counted by the meters of the organizations of the last hour that have most
	record Load(int shard, long organizations, long events, long bytes, double share, Map<String, Long> busiest) {}

	private record Measured(int shard, long counted, long events, long bytes, Map<String, Long> busiest) {}

	/// Of all shards. Fails where one is down.
	Mono<List<Load>> measure() {
		Mono<Map<Integer, Long>> organizations = this.database.sql(ORGANIZATIONS)
				.map((row) -> Map.entry(required(row, "shard", Integer.class),
						required(row, "organizations", Long.class)))
				.all()
				.collectMap(Map.Entry::getKey, Map.Entry::getValue)
				.as(this.transaction::transactional);
		return Mono.zip(organizations, Flux.fromIterable(this.shards.all()).concatMap(this::measure).collectList())
				.map((both) -> {
					double all = Math.max(1, both.getT2().stream().mapToLong(Measured::counted).sum());
					return both.getT2()
							.stream()
							.map((each) -> new Load(each.shard(), both.getT1().getOrDefault(each.shard(), 0L),
									each.events(), each.bytes(), each.counted() / all, each.busiest()))
							.toList();
				})
				.contextWrite(SystemScope.bind());
	}

	private Mono<Measured> measure(Shard shard) {
		return shard.reading(Mono.defer(() -> shard.client()
				.sql(LARGEST)
				.bind(0, NAMED)
				.map((row) -> Map.entry(new OrganizationId(required(row, "organization_id", UUID.class)).text(),
						required(row, "events", Long.class)))
				.all()
				.collectMap(Map.Entry::getKey, Map.Entry::getValue)
				.flatMap((busiest) -> shard.client()
						.sql(LOAD)
						.map((row) -> new Measured(shard.number(), required(row, "counted", Long.class),
								required(row, "events", Long.class), required(row, "bytes", Long.class), busiest))
						.one())));
	}

}
