package io.billwright.invoice.tax;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DataClassRowMapper;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.invoice.listing.Filter;
import io.billwright.invoice.listing.Listing;
import io.billwright.invoice.listing.Sort;
import io.billwright.platform.caching.Caches;
import io.billwright.platform.caching.TwoLevelCache;
import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Keeps tax rates in PostgreSQL.
@Repository
class R2dbcTaxRates implements TaxRateStore {

	private static final String COLUMNS = """
			id, version, name, description, percentage, category, country, inclusive, metadata, archived_at, \
			created_at, updated_at""";

	private static final String VALUES = """
			:id, :version, :name, :description, :percentage, :category, :country, :inclusive, \
			CAST(:metadata AS jsonb), :archivedAt, :createdAt, :updatedAt""";

	private static final String INSERT = "INSERT INTO tax_rate (%s) VALUES (%s)".formatted(COLUMNS, VALUES);

	/// Replaces the whole row: what never changes is written as it was.
	private static final String UPDATE = "UPDATE tax_rate SET (%s) = ROW (%s) WHERE id = :id AND version = :version - 1"
			.formatted(COLUMNS, VALUES);

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final DataClassRowMapper<TaxRateRow> rows = new DataClassRowMapper<>(TaxRateRow.class);

	private final Listing<TaxRate> listing;

	private final TwoLevelCache<TaxRateId, TaxRate> cache;

	R2dbcTaxRates(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json, Caches caches) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.listing = new Listing<>(database, COLUMNS, "tax_rate", (row) -> toTaxRate(this.rows.apply(row)),
				"-created_at", Sort.byInstant("created_at", "created_at"));
		this.cache = caches.named("tax-rates", TaxRateId::text, TaxRate.class);
	}

	@Override
	public Mono<TaxRate> find(TaxRateId id) {
		return this.cache.get(id, this::load);
	}

	@Override
	public Mono<TaxRate> require(TaxRateId id) {
		return find(id).switchIfEmpty(Mono.error(() -> new NotFound("tax rate", id.text())));
	}

	@Override
	public Mono<Page<TaxRate>> page(TaxRateFilter filter, @Nullable String order, PageRequest page) {
		return this.listing.page(toFilter(filter), order, page).as(this.readOnly::transactional);
	}

	@Override
	public Mono<TaxRate> add(TaxRate rate) {
		return write(INSERT, rate).thenReturn(rate);
	}

	@Override
	public Mono<TaxRate> save(TaxRate rate) {
		return write(UPDATE, rate).filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("tax rate")))
				.then(this.cache.evict(rate.id()))
				.thenReturn(rate);
	}

	private Mono<TaxRate> load(TaxRateId id) {
		return this.database.sql("SELECT %s FROM tax_rate WHERE id = :id".formatted(COLUMNS))
				.bind("id", id.value())
				.map(this.rows)
				.one()
				.map(this::toTaxRate)
				.as(this.readOnly::transactional);
	}

	private Mono<Long> write(String sql, TaxRate rate) {
		return this.database.sql(sql).bindProperties(TaxRateRow.of(rate, this.json)).fetch().rowsUpdated();
	}

	private static Filter toFilter(TaxRateFilter filter) {
		return Filter.NONE.and("country = :country", "country", filter.country())
				.and("(archived_at IS NULL) = :active", "active", filter.active());
	}

	private TaxRate toTaxRate(TaxRateRow row) {
		return row.toTaxRate(this.json);
	}

}
