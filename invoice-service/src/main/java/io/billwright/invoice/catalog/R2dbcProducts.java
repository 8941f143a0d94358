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

/// Keeps products in PostgreSQL.
@Repository
class R2dbcProducts implements ProductStore {

	private static final String COLUMNS = """
			id, version, external_id, name, description, unit, metadata, archived_at, created_at, updated_at""";

	private static final String VALUES = """
			:id, :version, :externalId, :name, :description, :unit, CAST(:metadata AS jsonb), :archivedAt, \
			:createdAt, :updatedAt""";

	private static final String INSERT = "INSERT INTO product (%s) VALUES (%s) ON CONFLICT DO NOTHING"
			.formatted(COLUMNS, VALUES);

	/// Replaces the whole row: what never changes is written as it was.
	private static final String UPDATE = "UPDATE product SET (%s) = ROW (%s) WHERE id = :id AND version = :version - 1"
			.formatted(COLUMNS, VALUES);

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final DataClassRowMapper<ProductRow> rows = new DataClassRowMapper<>(ProductRow.class);

	private final Listing<Product> listing;

	private final TwoLevelCache<ProductId, Product> cache;

	R2dbcProducts(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json, Caches caches) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.listing = new Listing<>(database, COLUMNS, "product", (row) -> toProduct(this.rows.apply(row)),
				"-created_at", Sort.byInstant("created_at", "created_at"), Sort.byText("name", "sort_name"));
		this.cache = caches.named("products", ProductId::text, Product.class);
	}

	@Override
	public Mono<Product> find(ProductId id) {
		return this.cache.get(id, this::load);
	}

	@Override
	public Mono<Product> require(ProductId id) {
		return find(id).switchIfEmpty(Mono.error(() -> new NotFound("product", id.text())));
	}

	@Override
	public Mono<Page<Product>> page(ProductFilter filter, @Nullable String order, PageRequest page) {
		return this.listing.page(toFilter(filter), order, page).as(this.readOnly::transactional);
	}

	@Override
	public Mono<Product> add(Product product) {
		return write(INSERT, product).filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> externalIdTaken(product)))
				.thenReturn(product);
	}

	/// A duplicate key ends the transaction, and so does the failure that it becomes.
	@Override
	public Mono<Product> save(Product product) {
		return write(UPDATE, product).onErrorMap(DuplicateKeyException.class, (ex) -> externalIdTaken(product))
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("product")))
				.then(this.cache.evict(product.id()))
				.thenReturn(product);
	}

	private Mono<Product> load(ProductId id) {
		return this.database.sql("SELECT %s FROM product WHERE id = :id".formatted(COLUMNS))
				.bind("id", id.value())
				.map(this.rows)
				.one()
				.map(this::toProduct)
				.as(this.readOnly::transactional);
	}

	private Mono<Long> write(String sql, Product product) {
		return this.database.sql(sql).bindProperties(ProductRow.of(product, this.json)).fetch().rowsUpdated();
	}

	private static CatalogFailure externalIdTaken(Product product) {
		return new CatalogFailure.ExternalIdTaken("product",
				Objects.requireNonNullElse(product.details().externalId(), ""));
	}

	private static Filter toFilter(ProductFilter filter) {
		return Filter.NONE.and("external_id = :external_id", "external_id", filter.externalId())
				.and("(archived_at IS NULL) = :active", "active", filter.active());
	}

	private Product toProduct(ProductRow row) {
		return row.toProduct(this.json);
	}

}
