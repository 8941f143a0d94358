package io.billwright.analytics.reporting;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.reporting.Figures.Aging;
import io.billwright.analytics.reporting.Figures.Bucket;
import io.billwright.analytics.reporting.Figures.Open;
import io.billwright.analytics.reporting.Figures.Paid;
import io.billwright.analytics.reporting.Figures.Revenue;
import io.billwright.analytics.reporting.Figures.TopCustomer;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Computes the reports of the bound tenant from its facts. A currency of `null` stands for each of them.
@Repository
class Reports {

	/// Every period of each currency that has figures, those without any as well.
	private static final String PERIODS = """
			period AS (
				SELECT start::date FROM generate_series(date_trunc($3, $1::timestamp), $2::timestamp, ('1 ' || $3)::interval)
					AS start
			), every AS (SELECT start, currency FROM period CROSS JOIN (SELECT DISTINCT currency FROM booked) AS used)
			""";

	private static final String REVENUE = """
			WITH booked AS (
				SELECT date_trunc($3, issue_date::timestamp)::date AS start, currency, sum(total) AS billed,
					sum(net) AS net, sum(tax) AS tax,
					coalesce(sum(due) FILTER (WHERE status = 'uncollectible'), 0) AS uncollectible, count(*) AS times
				FROM invoice
				WHERE status NOT IN ('draft', 'void') AND issue_date BETWEEN $1 AND $2 AND ($4 IS NULL OR currency = $4)
				GROUP BY 1, 2
			),""" + PERIODS + """
			SELECT start, currency, coalesce(billed, 0) AS billed, coalesce(net, 0) AS net, coalesce(tax, 0) AS tax,
				coalesce(uncollectible, 0) AS uncollectible, coalesce(times, 0) AS times
			FROM every LEFT JOIN booked USING (start, currency) ORDER BY currency, start""";

	private static final String PAID = """
			WITH booked AS (
				SELECT date_trunc($3, received_on::timestamp)::date AS start, currency, sum(amount) AS amount,
					count(*) AS times
				FROM payment
				WHERE received_on BETWEEN $1 AND $2 AND ($4 IS NULL OR currency = $4)
				GROUP BY 1, 2
			),""" + PERIODS + """
			SELECT start, currency, coalesce(amount, 0) AS amount, coalesce(times, 0) AS times
			FROM every LEFT JOIN booked USING (start, currency) ORDER BY currency, start""";

	/// What is due before the day `$1`.
	private static final String OPEN = """
			SELECT currency, sum(due) AS amount, count(*) AS times FROM invoice
			WHERE status IN ('open', 'partially_paid') AND ($1 IS NULL OR due_date < $1) AND ($2 IS NULL OR currency = $2)
			GROUP BY currency ORDER BY currency""";

	private static final String AGING = """
			WITH open AS (
				SELECT currency, due, CASE
					WHEN due_date IS NULL OR due_date >= $1 THEN 'current'
					WHEN $1 - due_date <= 30 THEN '1_30'
					WHEN $1 - due_date <= 60 THEN '31_60'
					WHEN $1 - due_date <= 90 THEN '61_90'
					ELSE 'over_90' END AS bucket
				FROM invoice WHERE status IN ('open', 'partially_paid') AND ($2 IS NULL OR currency = $2)
			), every AS (
				SELECT currency, bucket, place FROM (SELECT DISTINCT currency FROM open) AS used
				CROSS JOIN (VALUES (1, 'current'), (2, '1_30'), (3, '31_60'), (4, '61_90'), (5, 'over_90'))
					AS listed (place, bucket)
			)
			SELECT currency, bucket, coalesce(sum(due), 0) AS amount, count(due) AS times
			FROM every LEFT JOIN open USING (currency, bucket)
			GROUP BY currency, bucket, place ORDER BY currency, place""";

	/// `$1` the currency, or the organization's, or the one it bills most often in.
	private static final String TOP = """
			WITH chosen AS (
				SELECT coalesce($1, (SELECT default_currency FROM organization),
					(SELECT currency FROM invoice GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1)) AS currency
			), best AS (
				SELECT customer_id, currency, sum(%s) AS amount, count(*) AS times FROM invoice
				WHERE currency = (SELECT currency FROM chosen) AND %s
				GROUP BY customer_id, currency ORDER BY amount DESC, customer_id LIMIT $2
			)
			SELECT customer_id, currency, amount, times, (SELECT customer_name FROM invoice newest
				WHERE newest.customer_id = best.customer_id ORDER BY updated_at DESC, id DESC LIMIT 1) AS customer_name
			FROM best ORDER BY amount DESC, customer_id""";

	private static final String TOP_BY_REVENUE = TOP.formatted("total",
			"""
					status NOT IN ('draft', 'void') AND issue_date IS NOT NULL
						AND ($3 IS NULL OR issue_date >= $3) AND ($4 IS NULL OR issue_date <= $4)""");

	private static final String TOP_BY_OUTSTANDING = TOP.formatted("due", """
			status IN ('open', 'partially_paid')
				AND ($3 IS NULL OR issue_date >= $3) AND ($4 IS NULL OR issue_date <= $4)""");

	private final DatabaseClient database;

	private final ReadOnlyTransaction transaction;

	private final Clock clock;

	Reports(DatabaseClient database, ReadOnlyTransaction transaction, Clock clock) {
		this.database = database;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// The current day in the organization's time zone; in UTC until the organization is known.
	Mono<LocalDate> today() {
		return this.database.sql("SELECT time_zone FROM organization")
				.map((row) -> ZoneId.of(Columns.required(row, "time_zone", String.class)))
				.one()
				.defaultIfEmpty(ZoneOffset.UTC)
				.map((zone) -> LocalDate.ofInstant(this.clock.instant(), zone))
				.as(this.transaction::transactional);
	}

	Mono<List<Revenue>> revenue(Range range, @Nullable String currency) {
		return list(periods(REVENUE, range, currency),
				(row) -> new Revenue(Columns.required(row, "start", LocalDate.class),
						currency(row), amount(row, "billed"), amount(row, "net"), amount(row, "tax"),
						amount(row, "uncollectible"),
						times(row)));
	}

	Mono<List<Paid>> paid(Range range, @Nullable String currency) {
		return list(periods(PAID, range, currency), (row) -> new Paid(Columns.required(row, "start", LocalDate.class),
				currency(row), amount(row, "amount"), times(row)));
	}

	Mono<List<Open>> outstanding(@Nullable String currency) {
		return open(null, currency);
	}

	Mono<List<Open>> overdue(@Nullable String currency) {
		return today().flatMap((today) -> open(today, currency));
	}

	private Mono<List<Open>> open(@Nullable LocalDate dueBefore, @Nullable String currency) {
		GenericExecuteSpec statement = Columns.bind(
				Columns.bind(this.database.sql(OPEN), 0, dueBefore, LocalDate.class), 1, currency,
				String.class);
		return list(statement, (row) -> new Open(currency(row), amount(row, "amount"), times(row)));
	}

	Mono<List<Aging>> aging(@Nullable String currency) {
		return today()
				.flatMap((today) -> list(
						Columns.bind(this.database.sql(AGING).bind(0, today), 1, currency, String.class),
						(row) -> new Bucket(Columns.required(row, "bucket", String.class), amount(row, "amount"),
								times(row))))
				.map(Reports::byCurrency);
	}

	/// Groups rows that are in the order of their currency.
	private static List<Aging> byCurrency(List<Bucket> buckets) {
		List<Aging> agings = new ArrayList<>();
		buckets.stream().map((bucket) -> bucket.amount().currency()).distinct().forEach((currency) -> {
			List<Bucket> own = buckets.stream().filter((bucket) -> bucket.amount().currency().equals(currency))
					.toList();
			BigDecimal total = own.stream()
					.map((bucket) -> bucket.amount().amount())
					.reduce(BigDecimal.ZERO, BigDecimal::add);
			agings.add(new Aging(currency, new Amount(total, currency), own));
		});
		return agings;
	}

	/// @param from the first issue date; `null` for no limit
	/// @param to the last issue date; `null` for no limit
	Mono<List<TopCustomer>> topCustomers(Ranking by, @Nullable String currency, @Nullable LocalDate from,
			@Nullable LocalDate to, int limit) {
		GenericExecuteSpec statement = this.database.sql((by == Ranking.REVENUE) ? TOP_BY_REVENUE : TOP_BY_OUTSTANDING);
		statement = Columns.bind(statement, 0, currency, String.class).bind(1, limit);
		statement = Columns.bind(Columns.bind(statement, 2, from, LocalDate.class), 3, to, LocalDate.class);
		return list(statement, (row) -> new TopCustomer(Columns.required(row, "customer_id", String.class),
				Columns.required(row, "customer_name", String.class), amount(row, "amount"), times(row)));
	}

	private GenericExecuteSpec periods(String sql, Range range, @Nullable String currency) {
		return Columns.bind(this.database.sql(sql)
				.bind(0, range.from())
				.bind(1, range.to())
				.bind(2, range.interval().name().toLowerCase(Locale.ROOT)), 3, currency, String.class);
	}

	private <T> Mono<List<T>> list(GenericExecuteSpec statement, Function<Readable, T> mapper) {
		Flux<T> rows = statement.map(mapper).all();
		return rows.as(this.transaction::transactional).collectList();
	}

	private static String currency(Readable row) {
		return Columns.required(row, "currency", String.class);
	}

	private static Amount amount(Readable row, String column) {
		return new Amount(Columns.required(row, column, BigDecimal.class), currency(row));
	}

	private static long times(Readable row) {
		return Columns.required(row, "times", Long.class);
	}

}
