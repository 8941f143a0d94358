package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;

import io.billwright.analytics.summary.Piece.Pieces;
import io.billwright.analytics.usage.Measure;
import io.billwright.platform.tenancy.Columns;

/// Reads what a shard keeps added up of the bound tenant. Needs a transaction of the shard.
///
/// Every figure of an answer comes from one statement: between two, hours could be made of minutes.
final class Rollups {

	/// `$1` definitions; `$2` to `$4` hours; `$5` to `$7` minutes; `$8` the customer, where it is of one. An hour that is not made
	/// yet is read from its minutes.
	private static final String PARTS = """
			WITH hour AS (SELECT * FROM unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) AS hour (at, start, finish)),
			minute AS (
				SELECT at, greatest(start, (SELECT watermark FROM rollup_watermark)) AS start, finish FROM hour
				UNION ALL
				SELECT * FROM unnest($5::integer[], $6::timestamptz[], $7::timestamptz[]) AS minute (at, start, finish)
			),
			part AS (
				SELECT at, kept.* FROM hour JOIN usage_hour AS kept
					ON meter_id = ANY ($1::uuid[]) AND %1$s bucket >= start AND bucket < finish
				UNION ALL
				SELECT at, kept.* FROM minute JOIN usage_minute AS kept
					ON meter_id = ANY ($1::uuid[]) AND %1$s bucket >= start AND bucket < finish
			)
			""";

	private static final String OF_CUSTOMER = "customer_id = $8 AND";

	private static final String MEASURES = PARTS + """
			SELECT at, meter_id, %2$s AS grouping, sum(count)::bigint AS count, sum(sum) AS sum, min(min) AS min,
				max(max) AS max, (array_agg(latest ORDER BY latest_at DESC, latest_key DESC, latest DESC))[1] AS latest,
				(array_agg(latest_at ORDER BY latest_at DESC, latest_key DESC, latest DESC))[1] AS latest_at,
				(array_agg(latest_key ORDER BY latest_at DESC, latest_key DESC, latest DESC))[1] AS latest_key,
				sum(moment) AS moment
			FROM part GROUP BY 1, 2, 3 ORDER BY 3""";

	/// Sums alone, of all time before.
	private static final String SUMS = PARTS + """
			SELECT meter_id, %2$s AS grouping, sum(sum) AS sum FROM part GROUP BY 1, 2""";

	private final DatabaseClient database;

	private final @Nullable UUID customer;

	private final By by;

	/// @param customer `null` for all of the tenant
	Rollups(DatabaseClient database, @Nullable UUID customer, By by) {
		this.database = database;
		this.customer = customer;
		this.by = by;
	}

	/// What is told apart, and is in the place of the group then.
	enum By {

		/// Nothing but the meters.
		NOTHING("''"),
		/// The text form of all of a meter's dimensions.
		GROUP("grouping"),
		/// The customer's UUID; in its order.
		CUSTOMER("customer_id::text");

		private final String sql;

		By(String sql) {
			this.sql = sql;
		}

	}

	/// What the events of a bucket amount to.
	record Kept(int at, UUID definition, String group, Measure measure) {}

	/// The level that changes before some moment have led to.
	record Level(UUID definition, String group, BigDecimal sum) {}

	/// Adds up hours and minutes.
	Flux<Kept> measures(List<UUID> definitions, Pieces pieces) {
		return read(MEASURES, definitions, pieces, Rollups::toKept);
	}

	/// Adds up the values of hours and minutes, of all pieces together.
	Flux<Level> levels(List<UUID> definitions, Pieces pieces) {
		return read(SUMS, definitions, pieces,
				(row) -> new Level(Columns.required(row, "meter_id", UUID.class),
						Columns.required(row, "grouping", String.class),
						Columns.required(row, "sum", BigDecimal.class)));
	}

	private <T> Flux<T> read(String sql, List<UUID> definitions, Pieces pieces, Function<Readable, T> mapper) {
		if (definitions.isEmpty() || (pieces.hours().isEmpty() && pieces.minutes().isEmpty())) {
			return Flux.empty();
		}
		String statement = sql.formatted((this.customer != null) ? OF_CUSTOMER : "", this.by.sql);
		GenericExecuteSpec bound = this.database.sql(statement).bind(0, definitions.toArray(UUID[]::new));
		bound = bind(bind(bound, 1, pieces.hours()), 4, pieces.minutes());
		return ((this.customer != null) ? bound.bind(7, this.customer) : bound).map(mapper).all();
	}

	static GenericExecuteSpec bind(GenericExecuteSpec statement, int at, Collection<Piece> pieces) {
		return statement.bind(at, pieces.stream().map(Piece::at).toArray(Integer[]::new))
				.bind(at + 1, pieces.stream().map(Piece::from).toArray(Instant[]::new))
				.bind(at + 2, pieces.stream().map(Piece::to).toArray(Instant[]::new));
	}

	private static Kept toKept(Readable row) {
		Measure measure = new Measure(Columns.required(row, "count", Long.class),
				Columns.required(row, "sum", BigDecimal.class), row.get("min", BigDecimal.class),
				row.get("max", BigDecimal.class), row.get("latest", BigDecimal.class),
				row.get("latest_at", Instant.class), row.get("latest_key", String.class),
				Columns.required(row, "moment", BigDecimal.class));
		return new Kept(Columns.required(row, "at", Integer.class), Columns.required(row, "meter_id", UUID.class),
				Columns.required(row, "grouping", String.class), measure);
	}

}
