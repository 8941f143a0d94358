package io.billwright.invoice.customer;

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

/// Keeps customers in PostgreSQL.
@Repository
class R2dbcCustomers implements CustomerStore {

	/// How many customers a text can match. Who has more matches should type more.
	static final int MATCHES_MAX = 1_000;

	private static final String COLUMNS = """
			id, version, external_id, name, email, phone, billing_address, shipping_address, tax_ids, currency, \
			time_zone, payment_terms_days, metadata, archived_at, created_at, updated_at""";

	private static final String VALUES = """
			:id, :version, :externalId, :name, :email, :phone, CAST(:billingAddress AS jsonb), \
			CAST(:shippingAddress AS jsonb), CAST(:taxIds AS jsonb), :currency, :timeZone, :paymentTermsDays, \
			CAST(:metadata AS jsonb), :archivedAt, :createdAt, :updatedAt""";

	private static final String INSERT = "INSERT INTO customer (%s) VALUES (%s) ON CONFLICT DO NOTHING"
			.formatted(COLUMNS, VALUES);

	/// Replaces the whole row: what never changes is written as it was.
	private static final String UPDATE = "UPDATE customer SET (%s) = ROW (%s) WHERE id = :id AND version = :version - 1"
			.formatted(COLUMNS, VALUES);

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final DataClassRowMapper<CustomerRow> rows = new DataClassRowMapper<>(CustomerRow.class);

	private final Listing<Customer> listing;

	private final TwoLevelCache<CustomerId, Customer> cache;

	R2dbcCustomers(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json, Caches caches) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.listing = new Listing<>(database, COLUMNS, "customer", (row) -> toCustomer(this.rows.apply(row)),
				"-created_at", Sort.byInstant("created_at", "created_at"), Sort.byText("name", "sort_name"));
		this.cache = caches.named("customers", CustomerId::text, Customer.class);
	}

	@Override
	public Mono<Customer> find(CustomerId id) {
		return this.cache.get(id, this::load);
	}

	@Override
	public Mono<Customer> require(CustomerId id) {
		return find(id).switchIfEmpty(Mono.error(() -> new NotFound("customer", id.text())));
	}

	@Override
	public Mono<Page<Customer>> page(CustomerFilter filter, @Nullable String order, PageRequest page) {
		return this.listing.page(toFilter(filter), order, page).as(this.readOnly::transactional);
	}

	@Override
	public Mono<Customer> add(Customer customer) {
		return write(INSERT, customer).filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> externalIdTaken(customer)))
				.thenReturn(customer);
	}

	/// A duplicate key ends the transaction, and so does the failure that it becomes.
	@Override
	public Mono<Customer> save(Customer customer) {
		return write(UPDATE, customer).onErrorMap(DuplicateKeyException.class, (ex) -> externalIdTaken(customer))
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("customer")))
				.then(this.cache.evict(customer.id()))
				.thenReturn(customer);
	}

	private Mono<Customer> load(CustomerId id) {
		return this.database.sql("SELECT %s FROM customer WHERE id = :id".formatted(COLUMNS))
				.bind("id", id.value())
				.map(this.rows)
				.one()
				.map(this::toCustomer)
				.as(this.readOnly::transactional);
	}

	private Mono<Long> write(String sql, Customer customer) {
		return this.database.sql(sql).bindProperties(CustomerRow.of(customer, this.json)).fetch().rowsUpdated();
	}

	private static CustomerFailure externalIdTaken(Customer customer) {
		return new CustomerFailure.ExternalIdTaken(Objects.requireNonNullElse(customer.details().externalId(), ""));
	}

	private static Filter toFilter(CustomerFilter filter) {
		return Filter.NONE.and("external_id = :external_id", "external_id", filter.externalId())
				.and("(archived_at IS NULL) = :active", "active", filter.active())
				.and("currency = :currency", "currency", filter.currencyCode())
				.and("country = :country", "country", filter.country())
				.and("created_at >= :created_from", "created_from", filter.createdFrom())
				.and("created_at < :created_before", "created_before", filter.createdBefore())
				.and("id = ANY (ARRAY(SELECT customers_matching(:q, %d)))".formatted(MATCHES_MAX), "q", filter.q());
	}

	private Customer toCustomer(CustomerRow row) {
		return row.toCustomer(this.json);
	}

}
