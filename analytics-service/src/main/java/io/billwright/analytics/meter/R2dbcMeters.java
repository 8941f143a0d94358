package io.billwright.analytics.meter;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DataClassRowMapper;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Keeps meters in PostgreSQL. Ids are in the order of creation, so that they order lists as well.
@Repository
class R2dbcMeters implements MeterStore {

	private static final String COLUMNS = """
			id, version, slug, event_name, details, definition, archived_at, created_at, updated_at""";

	private static final String VALUES = """
			:id, :version, :slug, :eventName, CAST(:details AS jsonb), :definition, :archivedAt, :createdAt, :updatedAt""";

	private static final String INSERT = "INSERT INTO meter (%s) VALUES (%s) ON CONFLICT DO NOTHING"
			.formatted(COLUMNS, VALUES);

	private static final String INSERT_VERSION = "INSERT INTO meter_version (%s) VALUES (%s)".formatted(COLUMNS,
			VALUES);

	/// Replaces the whole row: what never changes is written as it was.
	private static final String UPDATE = "UPDATE meter SET (%s) = ROW (%s) WHERE id = :id AND version = :version - 1"
			.formatted(COLUMNS, VALUES);

	private static final String SELECT = "SELECT %s FROM meter ".formatted(COLUMNS);

	private static final String FILTER = """
			WHERE ($1 IS NULL OR slug = $1) AND ($2 IS NULL OR event_name = $2)
				AND ($3 IS NULL OR (archived_at IS NULL) = $3)""";

	private static final String PAGE = SELECT + FILTER + " AND ($4 IS NULL OR id < $4) ORDER BY id DESC LIMIT $5";

	private static final String COUNT = "SELECT count(*) FROM meter " + FILTER;

	private static final String VERSIONS = """
			SELECT %s FROM meter_version WHERE id = $1 AND ($2 IS NULL OR version < $2) ORDER BY version DESC LIMIT $3"""
			.formatted(COLUMNS);

	private static final String COUNT_VERSIONS = "SELECT version FROM meter WHERE id = $1";

	private static final String NAMED = SELECT + "WHERE slug = ANY ($1) OR id = ANY ($2) ORDER BY slug";

	private static final String ACTIVE = SELECT + "WHERE archived_at IS NULL ORDER BY slug";

	/// Who adds one waits for whoever is adding one, so that the limit holds.
	private static final String LOCK = """
			SELECT pg_advisory_xact_lock(hashtextextended('meter ' || app_organization() || app_live(), 0))""";

	private static final String COUNT_ACTIVE = "SELECT count(*) FROM meter WHERE archived_at IS NULL";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final MeterSettings settings;

	private final DataClassRowMapper<MeterRow> rows = new DataClassRowMapper<>(MeterRow.class);

	R2dbcMeters(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json, MeterSettings settings) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.settings = settings;
	}

	@Override
	public Mono<Meter> require(MeterId id) {
		return select(this.database.sql(SELECT + "WHERE id = $1").bind(0, id.value())).next()
				.switchIfEmpty(Mono.error(() -> notFound(id)))
				.as(this.readOnly::transactional);
	}

	@Override
	public Flux<Meter> named(List<String> slugsOrIds) {
		GenericExecuteSpec statement = slugsOrIds.isEmpty()
				? this.database.sql(ACTIVE)
				: this.database.sql(NAMED).bind(0, slugsOrIds.toArray(String[]::new)).bind(1, ids(slugsOrIds));
		return select(statement).collectList()
				.doOnNext((meters) -> requireAll(slugsOrIds, meters))
				.as(this.readOnly::transactional)
				.flatMapIterable((meters) -> meters);
	}

	private static UUID[] ids(List<String> slugsOrIds) {
		return slugsOrIds.stream()
				.flatMap((text) -> MeterId.find(text).stream())
				.map(MeterId::value)
				.toArray(UUID[]::new);
	}

	private static void requireAll(List<String> slugsOrIds, List<Meter> meters) {
		Set<String> unknown = new HashSet<>(slugsOrIds);
		meters.forEach((meter) -> unknown.removeAll(List.of(meter.details().slug(), meter.id().text())));
		if (!unknown.isEmpty()) {
			throw new Invalid("metric", "unknown_value",
					"there is no meter " + String.join(", ", unknown.stream().sorted().toList()));
		}
	}

	@Override
	public Mono<Page<Meter>> page(MeterFilter filter, PageRequest page) {
		GenericExecuteSpec statement = bind(this.database.sql(PAGE), filter);
		statement = Columns.bind(statement, 3, page.after(UUID::fromString), UUID.class)
				.bind(4, page.fetch());
		Mono<Page<Meter>> meters = select(statement).collectList()
				.map((rows) -> Page.of(rows, page, (meter) -> Cursor.of(meter.id().value())));
		Mono<Page<Meter>> all = page.total()
				? meters.zipWith(count(bind(this.database.sql(COUNT), filter)), Page::withTotal)
				: meters;
		return all.as(this.readOnly::transactional);
	}

	@Override
	public Mono<Page<Meter>> versions(MeterId id, PageRequest page) {
		GenericExecuteSpec statement = Columns.bind(this.database.sql(VERSIONS).bind(0, id.value()), 1,
				page.after(Long::valueOf), Long.class).bind(2, page.fetch());
		Mono<Long> newest = count(this.database.sql(COUNT_VERSIONS).bind(0, id.value()))
				.switchIfEmpty(Mono.error(() -> notFound(id)));
		return newest.flatMap((count) -> select(statement).collectList()
				.map((rows) -> Page.of(rows, page, (meter) -> Cursor.of(meter.version())))
				.map((versions) -> page.total() ? versions.withTotal(count) : versions))
				.as(this.readOnly::transactional);
	}

	@Override
	public Mono<Meter> add(Meter meter) {
		return this.database.sql(LOCK)
				.then()
				.then(count(this.database.sql(COUNT_ACTIVE)))
				.filter((count) -> count < this.settings.limit())
				.switchIfEmpty(Mono.error(() -> new MeterFailure.TooMany(this.settings.limit())))
				.then(write(INSERT, meter))
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new MeterFailure.SlugTaken(meter.details().slug())))
				.then(write(INSERT_VERSION, meter))
				.thenReturn(meter);
	}

	/// A duplicate key ends the transaction, and so does the failure that it becomes.
	@Override
	public Mono<Meter> save(Meter meter) {
		return write(UPDATE, meter)
				.onErrorMap(DuplicateKeyException.class, (ex) -> new MeterFailure.SlugTaken(meter.details().slug()))
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("meter")))
				.then(write(INSERT_VERSION, meter))
				.thenReturn(meter);
	}

	private Mono<Long> write(String sql, Meter meter) {
		return this.database.sql(sql).bindProperties(MeterRow.of(meter, this.json)).fetch().rowsUpdated();
	}

	private Flux<Meter> select(GenericExecuteSpec statement) {
		return statement.map(this.rows).all().map((row) -> row.toMeter(this.json));
	}

	private static Mono<Long> count(GenericExecuteSpec statement) {
		return statement.mapValue(Long.class).one();
	}

	private static GenericExecuteSpec bind(GenericExecuteSpec statement, MeterFilter filter) {
		GenericExecuteSpec named = Columns.bind(Columns.bind(statement, 0, filter.slug(), String.class), 1,
				filter.eventName(),
				String.class);
		return Columns.bind(named, 2, filter.active(), Boolean.class);
	}

	private static NotFound notFound(MeterId id) {
		return new NotFound("meter", id.text());
	}

}
