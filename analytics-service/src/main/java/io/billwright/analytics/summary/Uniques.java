package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;

import io.billwright.analytics.summary.TopCustomers.Ranked;
import io.billwright.platform.tenancy.Columns;

/// Counts different values. Those of whole hours are kept; others are given, as they were read event by event. Needs a
/// transaction of the shard.
final class Uniques {

	/// `$1` definitions; `$2` to `$4` hours; `$5` to `$9` given values; `$10` the dimensions that tell groups apart; `$11` the
	/// customer, where it is of one. A value that two customers have is two.
	private static final String COUNT = """
			WITH value AS (
				SELECT at, customer_id, meter_id, grouping, value
				FROM unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) AS hour (at, start, finish)
				JOIN usage_unique ON meter_id = ANY ($1::uuid[]) AND %s bucket >= start AND bucket < finish
				UNION ALL
				SELECT * FROM unnest($5::integer[], $6::uuid[], $7::uuid[], $8::text[], $9::text[])
			),
			told AS (
				SELECT at, meter_id, customer_id, value COLLATE "C" AS value, CASE WHEN cardinality($10::text[]) = 0 THEN '' ELSE
					(SELECT jsonb_object_agg(name, grouping::jsonb -> name)::text FROM unnest($10::text[]) AS name) END AS grouping
				FROM value
			)
			SELECT coalesce(at, -1) AS at, meter_id, grouping, count(DISTINCT (customer_id, value)) AS count
			FROM told GROUP BY GROUPING SETS ((at, meter_id, grouping), (meter_id, grouping))""";

	private static final String COUNT_OF_ALL = COUNT.formatted("");

	private static final String COUNT_OF_CUSTOMER = COUNT.formatted("customer_id = $11 AND");

	private static final String COUNT_BY_CUSTOMER = """
			SELECT customer_id, count(DISTINCT value) AS count
			FROM unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) AS hour (at, start, finish)
			JOIN usage_unique ON meter_id = ANY ($1::uuid[]) AND bucket >= start AND bucket < finish
			GROUP BY customer_id""";

	private Uniques() {
	}

	/// A value that was read event by event.
	record Value(int at, UUID customer, UUID definition, String group, String text) {}

	/// @param at -1 for all buckets together
	record Count(int at, UUID definition, String group, long values) {}

	/// @param customer `null` for all of the tenant
	static Flux<Count> count(DatabaseClient database, @Nullable UUID customer, List<UUID> definitions,
			List<Piece> hours, Collection<Value> others, List<String> groupBy) {
		GenericExecuteSpec statement = database
				.sql((customer != null) ? COUNT_OF_CUSTOMER : COUNT_OF_ALL)
				.bind(0, definitions.toArray(UUID[]::new));
		GenericExecuteSpec bound = Rollups.bind(statement, 1, hours)
				.bind(4, others.stream().map(Value::at).toArray(Integer[]::new))
				.bind(5, others.stream().map(Value::customer).toArray(UUID[]::new))
				.bind(6, others.stream().map(Value::definition).toArray(UUID[]::new))
				.bind(7, others.stream().map(Value::group).toArray(String[]::new))
				.bind(8, others.stream().map(Value::text).toArray(String[]::new))
				.bind(9, groupBy.toArray(String[]::new));
		return ((customer != null) ? bound.bind(10, customer) : bound)
				.map((row) -> new Count(Columns.required(row, "at", Integer.class),
						Columns.required(row, "meter_id", UUID.class), Columns.required(row, "grouping", String.class),
						Columns.required(row, "count", Long.class)))
				.all();
	}

	/// The values of each customer in one bucket of whole hours.
	static Flux<Ranked> countByCustomer(DatabaseClient database, List<UUID> definitions, List<Piece> hours) {
		return Rollups.bind(database.sql(COUNT_BY_CUSTOMER).bind(0, definitions.toArray(UUID[]::new)), 1, hours)
				.map((row) -> new Ranked(Columns.required(row, "customer_id", UUID.class),
						BigDecimal.valueOf(Columns.required(row, "count", Long.class))))
				.all();
	}

}
