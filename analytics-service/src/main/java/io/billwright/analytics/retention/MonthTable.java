package io.billwright.analytics.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.retention.UsageMonth.State;
import io.billwright.analytics.shard.Shard;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.SystemScope;

import static io.billwright.platform.tenancy.Columns.required;

/// The months of a shard, above tenants. Each operation is a transaction of its own; those that change something are functions
/// of the database, which check once more whether they may.
final class MonthTable {

	private static final String MONTHS = """
			WITH here AS (
				SELECT to_date(right(relname, 7), 'YYYY_MM') AS month, reltuples, pg_total_relation_size(pg_class.oid) AS size
				FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'usage_event'::regclass
			)
			SELECT month, coalesce(state, 'present') AS state, coalesce(events,
					CASE WHEN reltuples >= 0 THEN reltuples::bigint END) AS events, coalesce(size, bytes) AS bytes, archive, digest,
				coalesce(changed, false) AS changed, since, kept_until
			FROM here FULL JOIN usage_month USING (month) ORDER BY month""";

	/// Held until the transaction ends.
	private static final String HOLD = """
			SELECT 1 FROM usage_month WHERE month = $1 AND attempt = $2 AND state = 'archiving' FOR UPDATE""";

	private static final String FORGET = "DELETE FROM usage_archived WHERE month = $1";

	private static final String DESCRIBE = """
			WITH described AS (
				INSERT INTO usage_archived (organization_id, live, customer_id, metric, month, events, first_at, last_at)
				SELECT organization_id, live, customer_id, metric, $1::date, count(*), min(happened_at), max(happened_at)
				FROM usage_event WHERE accepted_month = $1 GROUP BY organization_id, live, customer_id, metric
			)
			SELECT coalesce(sum(events), 0)::bigint AS events, min(first) AS first, max(last) AS last,
				coalesce(array_agg(start ORDER BY start), '{}') AS starts,
				(SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
					WHERE attrelid = 'usage_event'::regclass AND attnum > 0 AND NOT attisdropped) AS columns
			FROM (
				SELECT seq - (seq % $2::bigint + $2::bigint) % $2::bigint AS start, count(*) AS events, min(seq) AS first,
					max(seq) AS last
				FROM usage_event WHERE accepted_month = $1 GROUP BY 1
			) AS chunk""";

	/// As text they are the same on every server.
	private static final String UTC = "SELECT set_config('TimeZone', 'UTC', true)";

	private static final String LINES = """
			SELECT coalesce(string_agg(row_to_json(event)::text, E'\\n' ORDER BY seq), '') FROM usage_event AS event
			WHERE accepted_month = $1 AND seq >= $2 AND seq < $3""";

	private static final String SAVE = """
			UPDATE usage_month SET archive = $3, events = $4, bytes = $5, digest = $6
			WHERE month = $1 AND attempt = $2 AND state = 'archiving'""";

	/// `object_not_in_prerequisite_state`, `object_in_use`, `data_corrupted`.
	private static final String REFUSED = "55000|55006|XX001";

	/// `lock_not_available`.
	private static final String LOCKED = "55P03";

	private final Shard shard;

	private final DatabaseClient database;

	private final Duration stepTimeout;

	/// @param stepTimeout of a statement over a whole month
	MonthTable(Shard shard, Duration stepTimeout) {
		this.shard = shard;
		this.database = shard.client();
		this.stepTimeout = stepTimeout;
	}

	/// Every month that is or was here, in their order.
	Flux<UsageMonth> all() {
		return this.shard.reading(this.database.sql(MONTHS).map(MonthTable::toMonth).all())
				.contextWrite(SystemScope.bind());
	}

	Mono<UsageMonth> find(YearMonth month) {
		return all().filter((each) -> each.month().equals(month)).next();
	}

	/// Lets nobody change the month from here on. What was archived of it in an earlier attempt stays known.
	Mono<Void> fence(YearMonth month, UUID attempt) {
		return call("SELECT fence_usage_month($1, $2)", month, attempt);
	}

	/// What is to be archived.
	///
	/// @param first sequence number; `null` of no events
	/// @param starts of the chunks that have events, in their order. Between them may lie any number of chunks that have none
	/// @param columns of an event
	record Described(long events, @Nullable Long first, @Nullable Long last, List<Long> starts, List<String> columns) {}

	/// Notes of a fenced month whose events of what it has.
	///
	/// @param chunk sequence numbers that are read at once
	Mono<Described> describe(YearMonth month, UUID attempt, int chunk) {
		return patiently(this.database.sql(HOLD)
				.bind(0, month.atDay(1))
				.bind(1, attempt)
				.mapValue(Integer.class)
				.one()
				.switchIfEmpty(Mono.error(() -> taken(month)))
				.then(this.database.sql(FORGET).bind(0, month.atDay(1)).then())
				.then(this.database.sql(DESCRIBE)
						.bind(0, month.atDay(1))
						.bind(1, (long) chunk)
						.map((row) -> new Described(required(row, "events", Long.class), row.get("first", Long.class),
								row.get("last", Long.class), Arrays.asList(required(row, "starts", Long[].class)),
								Arrays.asList(required(row, "columns", String[].class))))
						.one()));
	}

	/// The events of a fenced month as lines, by their sequence numbers, some at a time.
	Flux<String> lines(YearMonth month, Described described, int chunk) {
		return Flux.fromIterable(described.starts()).concatMap((from) -> lines(month, from, chunk), 1);
	}

	private Mono<String> lines(YearMonth month, long from, int chunk) {
		return this.shard.reading(this.database.sql(UTC)
				.then()
				.then(this.database.sql(LINES)
						.bind(0, month.atDay(1))
						.bind(1, from)
						.bind(2, from + chunk)
						.mapValue(String.class)
						.one()))
				.filter((lines) -> !lines.isEmpty())
				.contextWrite(SystemScope.bind());
	}

	/// Notes where the month is archived, or that it is not to be.
	Mono<Void> save(YearMonth month, UUID attempt, @Nullable String archive, long events, @Nullable Manifest manifest) {
		GenericExecuteSpec statement = this.database.sql(SAVE).bind(0, month.atDay(1)).bind(1, attempt);
		statement = Columns.bind(statement, 2, archive, String.class).bind(3, events);
		statement = Columns.bind(statement, 4, (manifest != null) ? manifest.bytes() : null, Long.class);
		return this.shard
				.transactional(Columns.bind(statement, 5, (manifest != null) ? manifest.sha256() : null, String.class)
						.fetch()
						.rowsUpdated())
				.contextWrite(SystemScope.bind())
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> taken(month)))
				.then();
	}

	private static RetentionFailure taken(YearMonth month) {
		return new RetentionFailure("Somebody else archives %s.".formatted(month));
	}

	/// Drops a month that is archived and verified, or restored and not changed since.
	///
	/// @param unarchived whether one may be dropped that is not archived
	Mono<Void> drop(YearMonth month, UUID attempt, boolean unarchived) {
		return call("SELECT drop_usage_month($1, $2, $3)", month, attempt, unarchived);
	}

	/// Makes a place for an archived month.
	Mono<Void> beginRestore(YearMonth month, UUID attempt) {
		return call("SELECT begin_usage_restore($1, $2)", month, attempt);
	}

	/// Puts lines in that follow each other.
	Mono<Long> fill(YearMonth month, UUID attempt, String lines) {
		return patiently(this.database.sql("SELECT fill_usage_restore($1, $2, $3)")
				.bind(0, month.atDay(1))
				.bind(1, attempt)
				.bind(2, lines)
				.mapValue(Long.class)
				.one());
	}

	/// Makes sure that all of it is there.
	Mono<Void> finishRestore(YearMonth month, UUID attempt) {
		return call("SELECT finish_usage_restore($1, $2)", month, attempt);
	}

	/// Lets everybody read it.
	Mono<Void> attach(YearMonth month, UUID attempt, Instant until) {
		return call("SELECT attach_usage_restore($1, $2, $3)", month, attempt, until);
	}

	private Mono<Void> call(String function, YearMonth month, Object... others) {
		GenericExecuteSpec statement = this.database.sql(function).bind(0, month.atDay(1));
		for (int at = 0; at < others.length; at++) {
			statement = statement.bind(at + 1, others[at]);
		}
		return patiently(statement.fetch().all().then());
	}

	private <T> Mono<T> patiently(Mono<T> work) {
		return this.shard
				.transactional(this.database.sql("SELECT set_config('statement_timeout', $1, true)")
						.bind(0, this.stepTimeout.toMillis() + "ms")
						.then()
						.then(work))
				.contextWrite(SystemScope.bind())
				.onErrorMap(MonthTable::explain);
	}

	/// What the functions say of months has nothing of customers in it.
	private static Throwable explain(Throwable error) {
		R2dbcException cause = cause(error);
		return (cause != null && cause.getSqlState() != null && cause.getSqlState().matches(REFUSED))
				? new RetentionFailure(String.valueOf(cause.getMessage()))
				: error;
	}

	/// Whether the table of events was being read all the time that a try lasts, so that another one may succeed.
	static boolean isLocked(Throwable error) {
		R2dbcException cause = cause(error);
		return cause != null && LOCKED.equals(cause.getSqlState());
	}

	private static @Nullable R2dbcException cause(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof R2dbcException ex) {
				return ex;
			}
		}
		return null;
	}

	private static UsageMonth toMonth(Readable row) {
		return new UsageMonth(YearMonth.from(required(row, "month", LocalDate.class)),
				State.of(required(row, "state", String.class)), row.get("events", Long.class),
				row.get("bytes", Long.class), row.get("archive", String.class), row.get("digest", String.class),
				required(row, "changed", Boolean.class), row.get("since", Instant.class),
				row.get("kept_until", Instant.class));
	}

}
