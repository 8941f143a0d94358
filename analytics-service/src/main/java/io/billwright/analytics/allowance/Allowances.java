package io.billwright.analytics.allowance;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DataClassRowMapper;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.MeterId;
import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// The current tenant's allowances, in PostgreSQL. Ids are in the order of creation, so that they order lists as well.
@Repository
class Allowances {

	/// How long after its end an allowance may still matter for others, and counts for the limit: so far a balance looks back.
	private static final Duration MATTERS = Duration.ofDays(366L * (BurnDown.YEARS + 1));

	private static final String COLUMNS = """
			id, version, customer_id, meter_id, amount, every, starts_at, expires_at, rollover_limit, priority, overage, ended_at,
			voided_at, created_at, updated_at""";

	private static final String VALUES = """
			:id, :version, :customerId, :meterId, :amount, :every, :startsAt, :expiresAt, :rolloverLimit, :priority, :overage,
			:endedAt, :voidedAt, :createdAt, :updatedAt""";

	private static final String INSERT = "INSERT INTO allowance (%s) VALUES (%s)".formatted(COLUMNS, VALUES);

	/// Replaces the whole row: what never changes is written as it was.
	private static final String UPDATE = "UPDATE allowance SET (%s) = ROW (%s) WHERE id = :id AND version = :version - 1"
			.formatted(COLUMNS, VALUES);

	private static final String SELECT = "SELECT %s FROM allowance ".formatted(COLUMNS);

	private static final String FILTER = "WHERE ($1 IS NULL OR customer_id = $1) AND ($2 IS NULL OR meter_id = $2)";

	private static final String PAGE = SELECT + FILTER + " AND ($3 IS NULL OR id < $3) ORDER BY id DESC LIMIT $4";

	private static final String COUNT = "SELECT count(*) FROM allowance " + FILTER;

	private static final String MATTERING = """
			voided_at IS NULL AND coalesce(ended_at, 'infinity') > $2 AND coalesce(expires_at, 'infinity') > $2""";

	private static final String OF_CUSTOMER = SELECT + "WHERE customer_id = $1 AND " + MATTERING;

	private static final String COUNT_MATTERING = "SELECT count(*) FROM allowance WHERE customer_id = $1 AND meter_id = $3 AND "
			+ MATTERING;

	/// Who adds one waits for whoever is adding one for the same customer, so that the limit holds.
	private static final String LOCK = """
			SELECT pg_advisory_xact_lock(hashtextextended('allowance ' || app_live() || $1, 0))""";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final AllowanceSettings settings;

	private final Clock clock;

	private final DataClassRowMapper<AllowanceRow> rows = new DataClassRowMapper<>(AllowanceRow.class);

	Allowances(DatabaseClient database, ReadOnlyTransaction readOnly, AllowanceSettings settings, Clock clock) {
		this.database = database;
		this.readOnly = readOnly;
		this.settings = settings;
		this.clock = clock;
	}

	/// Fails with [NotFound] when the tenant has no such allowance.
	Mono<Allowance> require(AllowanceId id) {
		return select(this.database.sql(SELECT + "WHERE id = $1").bind(0, id.value())).next()
				.switchIfEmpty(Mono.error(() -> new NotFound("allowance", id.text())))
				.as(this.readOnly::transactional);
	}

	/// One page, the newest first.
	Mono<Page<Allowance>> page(@Nullable CustomerId customer, @Nullable MeterId meter, PageRequest page) {
		GenericExecuteSpec statement = Columns.bind(filter(this.database.sql(PAGE), customer, meter), 2,
				page.after(UUID::fromString), UUID.class).bind(3, page.fetch());
		Mono<Page<Allowance>> rows = select(statement).collectList()
				.map((read) -> Page.of(read, page, (allowance) -> Cursor.of(allowance.id().value())));
		Mono<Page<Allowance>> all = page.total()
				? rows.zipWith(count(filter(this.database.sql(COUNT), customer, meter)), Page::withTotal)
				: rows;
		return all.as(this.readOnly::transactional);
	}

	/// All that matter for the customer's balances.
	Mono<List<Allowance>> of(CustomerId customer) {
		return select(this.database.sql(OF_CUSTOMER)
				.bind(0, customer.value())
				.bind(1, this.clock.instant().minus(MATTERS)))
				.collectList()
				.as(this.readOnly::transactional);
	}

	/// Adds a new one. Fails with [AllowanceFailure.TooMany].
	Mono<Allowance> add(Allowance allowance) {
		Mono<Long> others = count(this.database.sql(COUNT_MATTERING)
				.bind(0, allowance.customer().value())
				.bind(1, this.clock.instant().minus(MATTERS))
				.bind(2, allowance.meter().value()));
		return this.database.sql(LOCK)
				.bind(0, allowance.customer().text())
				.then()
				.then(others)
				.filter((count) -> count < this.settings.limit())
				.switchIfEmpty(Mono.error(() -> new AllowanceFailure.TooMany(this.settings.limit())))
				.then(write(INSERT, allowance))
				.thenReturn(allowance);
	}

	/// Replaces the version before this one. Fails with [ChangedMeanwhile].
	Mono<Allowance> save(Allowance allowance) {
		return write(UPDATE, allowance).filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("allowance")))
				.thenReturn(allowance);
	}

	private Mono<Long> write(String sql, Allowance allowance) {
		return this.database.sql(sql).bindProperties(AllowanceRow.of(allowance)).fetch().rowsUpdated();
	}

	private Flux<Allowance> select(GenericExecuteSpec statement) {
		return statement.map(this.rows).all().map(AllowanceRow::toAllowance);
	}

	private static Mono<Long> count(GenericExecuteSpec statement) {
		return statement.mapValue(Long.class).one();
	}

	private static GenericExecuteSpec filter(GenericExecuteSpec statement, @Nullable CustomerId customer,
			@Nullable MeterId meter) {
		return Columns.bind(Columns.bind(statement, 0, (customer != null) ? customer.value() : null, UUID.class), 1,
				(meter != null) ? meter.value() : null, UUID.class);
	}

}
