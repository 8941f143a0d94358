package io.billwright.invoice.catalog;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
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

/// Keeps prices in PostgreSQL.
@Repository
class R2dbcPrices implements PriceStore {

	private static final String COLUMNS = """
			id, version, product_id, external_id, nickname, pricing, currency, recurrence, metadata, archived_at, \
			created_at, updated_at""";

	private static final String VALUES = """
			:id, :version, :productId, :externalId, :nickname, CAST(:pricing AS jsonb), :currency, \
			CAST(:recurrence AS jsonb), CAST(:metadata AS jsonb), :archivedAt, :createdAt, :updatedAt""";

	private static final String INSERT = "INSERT INTO price (%s) VALUES (%s) ON CONFLICT DO NOTHING".formatted(COLUMNS,
			VALUES);

	/// Replaces the whole row: what never changes is written as it was.
	private static final String UPDATE = "UPDATE price SET (%s) = ROW (%s) WHERE id = :id AND version = :version - 1"
			.formatted(COLUMNS, VALUES);

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final DataClassRowMapper<PriceRow> rows = new DataClassRowMapper<>(PriceRow.class);

	private final Listing<Price> listing;

	private final TwoLevelCache<PriceId, Price> cache;

	R2dbcPrices(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json, Caches caches) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.listing = new Listing<>(database, COLUMNS, "price", (row) -> toPrice(this.rows.apply(row)), "-created_at",
				Sort.byInstant("created_at", "created_at"));
		this.cache = caches.named("prices", PriceId::text, Price.class);
	}

	@Override
	public Mono<Price> find(PriceId id) {
		return this.cache.get(id, this::load);
	}

	@Override
	public Mono<Price> require(PriceId id) {
		return find(id).switchIfEmpty(Mono.error(() -> new NotFound("price", id.text())));
	}

	@Override
	public Mono<Page<Price>> page(PriceFilter filter, @Nullable String order, PageRequest page) {
		return this.listing.page(toFilter(filter), order, page).as(this.readOnly::transactional);
	}

	@Override
	public Mono<Price> add(Price price) {
		return write(INSERT, price).filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> externalIdTaken(price)))
				.thenReturn(price);
	}

	/// A duplicate key ends the transaction, and so does the failure that it becomes.
	@Override
	public Mono<Price> save(Price price) {
		return write(UPDATE, price).onErrorMap(DuplicateKeyException.class, (ex) -> externalIdTaken(price))
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("price")))
				.then(this.cache.evict(price.id()))
				.thenReturn(price);
	}

	private Mono<Price> load(PriceId id) {
		return this.database.sql("SELECT %s FROM price WHERE id = :id".formatted(COLUMNS))
				.bind("id", id.value())
				.map(this.rows)
				.one()
				.map(this::toPrice)
				.as(this.readOnly::transactional);
	}

	private Mono<Long> write(String sql, Price price) {
		return this.database.sql(sql).bindProperties(PriceRow.of(price, this.json)).fetch().rowsUpdated();
	}

	private static CatalogFailure externalIdTaken(Price price) {
		return new CatalogFailure.ExternalIdTaken("price",
				Objects.requireNonNullElse(price.details().externalId(), ""));
	}

	private static Filter toFilter(PriceFilter filter) {
		return Filter.NONE.and("external_id = :external_id", "external_id", filter.externalId())
				.and("product_id = :product_id", "product_id", filter.productUuid())
				.and("currency = :currency", "currency", filter.currencyCode())
				.and("(archived_at IS NULL) = :active", "active", filter.active());
	}

	private Price toPrice(PriceRow row) {
		return row.toPrice(this.json);
	}

}
