package io.billwright.analytics.alert;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.allowance.Recurrence;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.MeterId;
import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

import static io.billwright.platform.tenancy.Columns.required;

/// The current tenant's alerts and what they told, in PostgreSQL. Ids are in the order of creation, so that they order lists as
/// well.
@Repository
class Alerts {

	private static final String SELECT = """
			SELECT alert.id, alert.version, meter_id, customer_id, period, levels, ended_at, alert.created_at, alert.updated_at
			FROM usage_alert AS alert\s""";

	private static final String INSERT = """
			INSERT INTO usage_alert (id, version, meter_id, customer_id, period, levels, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)""";

	private static final String END = """
			UPDATE usage_alert SET version = $2, ended_at = $3, updated_at = $3 WHERE id = $1 AND version = $2 - 1""";

	private static final String PAGE = SELECT + "WHERE ($1 IS NULL OR id < $1) ORDER BY id DESC LIMIT $2";

	private static final String FOLLOWING = SELECT + """
			JOIN meter ON meter.id = meter_id
			WHERE definition = $1 AND ended_at IS NULL AND (customer_id IS NULL OR customer_id = $2)""";

	private static final String COUNT_ACTIVE = "SELECT count(*) FROM usage_alert WHERE ended_at IS NULL";

	private static final String COUNT_FOLLOWING = """
			SELECT count(*) FROM usage_alert JOIN meter ON meter.id = meter_id WHERE definition = $1 AND ended_at IS NULL""";

	/// Who makes one waits for whoever makes one, or finds that there is none any more.
	private static final String LOCK = """
			SELECT pg_advisory_xact_lock(hashtextextended('alert ' || app_organization() || app_live(), 0))""";

	/// Keeps the meter from being changed until the transaction ends.
	private static final String HOLD = "SELECT true FROM meter WHERE id = $1 AND definition = $2 FOR SHARE";

	private static final String REACH = """
			INSERT INTO usage_alert_reached (id, alert_id, customer_id, level, figure, period_start, period_end, reached_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organization_id, live, alert_id, customer_id, level, period_start)
			DO NOTHING""";

	private static final String REACHED = """
			SELECT id, alert_id, customer_id, level, figure, period_start, period_end, reached_at FROM usage_alert_reached
			WHERE alert_id = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3""";

	private static final String COUNT_REACHED = "SELECT count(*) FROM usage_alert_reached WHERE alert_id = $1";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	Alerts(DatabaseClient database, ReadOnlyTransaction readOnly) {
		this.database = database;
		this.readOnly = readOnly;
	}

	/// Fails with [NotFound] when the tenant has no such alert.
	Mono<Alert> require(AlertId id) {
		return this.database.sql(SELECT + "WHERE id = $1")
				.bind(0, id.value())
				.map(Alerts::toAlert)
				.one()
				.switchIfEmpty(Mono.error(() -> new NotFound("alert", id.text())))
				.as(this.readOnly::transactional);
	}

	/// One page, the newest first.
	Mono<Page<Alert>> page(PageRequest page) {
		Mono<Page<Alert>> alerts = Columns.bind(this.database.sql(PAGE), 0, page.after(UUID::fromString), UUID.class)
				.bind(1, page.fetch())
				.map(Alerts::toAlert)
				.all()
				.collectList()
				.map((rows) -> Page.of(rows, page, (alert) -> Cursor.of(alert.id().value())));
		return withTotal(alerts, page, this.database.sql("SELECT count(*) FROM usage_alert"));
	}

	/// One page of what an alert told, the newest first.
	Mono<Page<Reached>> reached(AlertId alert, PageRequest page) {
		Mono<Page<Reached>> reached = Columns
				.bind(this.database.sql(REACHED).bind(0, alert.value()), 1, page.after(UUID::fromString), UUID.class)
				.bind(2, page.fetch())
				.map(Alerts::toReached)
				.all()
				.collectList()
				.map((rows) -> Page.of(rows, page, (row) -> Cursor.of(row.id().value())));
		return require(alert).then(withTotal(reached, page, this.database.sql(COUNT_REACHED).bind(0, alert.value())));
	}

	private <T> Mono<Page<T>> withTotal(Mono<Page<T>> rows, PageRequest page, GenericExecuteSpec count) {
		return (page.total() ? rows.zipWith(count(count), Page::withTotal) : rows).as(this.readOnly::transactional);
	}

	/// The active ones that ask for a figure of the definition.
	Flux<Alert> following(UUID definition, UUID customer) {
		return this.database.sql(FOLLOWING)
				.bind(0, definition)
				.bind(1, customer)
				.map(Alerts::toAlert)
				.all()
				.as(this.readOnly::transactional);
	}

	/// Whether any active one asks for figures of the definition. It stays so until the transaction ends.
	Mono<Boolean> isFollowed(UUID definition) {
		return lock().then(count(this.database.sql(COUNT_FOLLOWING).bind(0, definition))).map((count) -> count > 0);
	}

	/// Adds a new one of a meter, which is not changed until the transaction ends. Fails with [AlertFailure.TooMany] and with
	/// [ChangedMeanwhile].
	Mono<Alert> add(Alert alert, Meter meter, int limit) {
		return this.database.sql(HOLD)
				.bind(0, meter.id().value())
				.bind(1, meter.definition())
				.mapValue(Boolean.class)
				.one()
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("meter")))
				.then(lock())
				.then(count(this.database.sql(COUNT_ACTIVE)))
				.filter((count) -> count < limit)
				.switchIfEmpty(Mono.error(() -> new AlertFailure.TooMany(limit)))
				.then(insert(alert))
				.thenReturn(alert);
	}

	private Mono<Void> insert(Alert alert) {
		GenericExecuteSpec statement = this.database.sql(INSERT)
				.bind(0, alert.id().value())
				.bind(1, alert.version())
				.bind(2, alert.meter().value());
		return Columns.bind(statement, 3, (alert.customer() != null) ? alert.customer().value() : null, UUID.class)
				.bind(4, alert.period().name().toLowerCase(Locale.ROOT))
				.bind(5, alert.levels().stream().map(Level::text).toArray(String[]::new))
				.bind(6, alert.createdAt())
				.then();
	}

	/// Fails with [ChangedMeanwhile].
	Mono<Alert> end(Alert ended, Instant at) {
		return this.database.sql(END)
				.bind(0, ended.id().value())
				.bind(1, ended.version())
				.bind(2, at)
				.fetch()
				.rowsUpdated()
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("alert")))
				.thenReturn(ended);
	}

	/// Notes that a level was reached; whether that is new.
	Mono<Boolean> reach(Reached reached) {
		return this.database.sql(REACH)
				.bind(0, reached.id().value())
				.bind(1, reached.alert().value())
				.bind(2, reached.customer().value())
				.bind(3, reached.level().text())
				.bind(4, reached.figure())
				.bind(5, reached.periodStart())
				.bind(6, reached.periodEnd())
				.bind(7, reached.at())
				.fetch()
				.rowsUpdated()
				.map((rows) -> rows == 1);
	}

	private Mono<Void> lock() {
		return this.database.sql(LOCK).then();
	}

	private static Mono<Long> count(GenericExecuteSpec statement) {
		return statement.mapValue(Long.class).one();
	}

	private static Alert toAlert(Readable row) {
		@Nullable
		UUID customer = row.get("customer_id", UUID.class);
		return new Alert(new AlertId(required(row, "id", UUID.class)), required(row, "version", Long.class),
				new MeterId(required(row, "meter_id", UUID.class)),
				(customer != null) ? new CustomerId(customer) : null,
				Recurrence.valueOf(required(row, "period", String.class).toUpperCase(Locale.ROOT)),
				Stream.of(required(row, "levels", String[].class)).map(Level::parse).toList(),
				row.get("ended_at", Instant.class), required(row, "created_at", Instant.class),
				required(row, "updated_at", Instant.class));
	}

	private static Reached toReached(Readable row) {
		return new Reached(new ReachedId(required(row, "id", UUID.class)),
				new AlertId(required(row, "alert_id", UUID.class)),
				new CustomerId(required(row, "customer_id", UUID.class)),
				Level.parse(required(row, "level", String.class)), required(row, "figure", BigDecimal.class),
				required(row, "period_start", Instant.class), required(row, "period_end", Instant.class),
				required(row, "reached_at", Instant.class));
	}

}
