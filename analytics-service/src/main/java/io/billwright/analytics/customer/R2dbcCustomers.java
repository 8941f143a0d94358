package io.billwright.analytics.customer;

import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

import io.billwright.platform.caching.Caches;
import io.billwright.platform.caching.TwoLevelCache;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Looks customers up among the facts in PostgreSQL.
@Repository
class R2dbcCustomers implements Customers {

	private static final String COLUMNS = "SELECT id, external_id, name, time_zone, status FROM customer ";

	private static final String BY_ID = COLUMNS + "WHERE id = $1";

	/// An id that moves from one customer to another may be with both for a moment: customers' events have no common order.
	private static final String BY_EXTERNAL_ID = COLUMNS + "WHERE external_id = $1 ORDER BY updated_at DESC LIMIT 1";

	/// In the order in which the later one of two customers with the same external id counts.
	private static final String ALL = COLUMNS + "WHERE id = ANY ($1) OR external_id = ANY ($2) ORDER BY updated_at";

	private final DatabaseClient database;

	private final ReadOnlyTransaction transaction;

	private final TwoLevelCache<CustomerKey, Customer> cache;

	R2dbcCustomers(DatabaseClient database, ReadOnlyTransaction transaction, Caches caches) {
		this.database = database;
		this.transaction = transaction;
		this.cache = caches.named("customers", CustomerKey::text, Customer.class);
	}

	@Override
	public Mono<Customer> find(String idOrExternalId) {
		return this.cache.get(CustomerKey.parse(idOrExternalId), this::load);
	}

	@Override
	public Mono<Map<String, Customer>> findAll(Collection<String> idsOrExternalIds) {
		Map<String, CustomerKey> keys = new HashMap<>();
		idsOrExternalIds.forEach((name) -> keys.put(name, CustomerKey.parse(name)));
		return this.database.sql(ALL)
				.bind(0, values(keys, false))
				.bind(1, values(keys, true))
				.map(R2dbcCustomers::toCustomer)
				.all()
				.collect(() -> new HashMap<CustomerKey, Customer>(), R2dbcCustomers::add)
				.map((found) -> {
					Map<String, Customer> customers = new HashMap<>();
					keys.forEach((name, key) -> customers.computeIfAbsent(name, (missing) -> found.get(key)));
					return customers;
				})
				.as(this.transaction::transactional);
	}

	private static String[] values(Map<String, CustomerKey> keys, boolean external) {
		return keys.values()
				.stream()
				.filter((key) -> key.external() == external)
				.map(CustomerKey::value)
				.toArray(String[]::new);
	}

	private static void add(Map<CustomerKey, Customer> found, Customer customer) {
		found.put(CustomerKey.id(customer.id()), customer);
		if (customer.externalId() != null) {
			found.put(CustomerKey.external(customer.externalId()), customer);
		}
	}

	@Override
	public Mono<Customer> require(String idOrExternalId) {
		return find(idOrExternalId).switchIfEmpty(Mono.error(() -> new NotFound("customer", idOrExternalId)));
	}

	@Override
	public Mono<Void> forget(CustomerId id, @Nullable String externalId) {
		Mono<Void> own = this.cache.evict(CustomerKey.id(id));
		return (externalId == null) ? own : own.then(this.cache.evict(CustomerKey.external(externalId)));
	}

	private Mono<Customer> load(CustomerKey key) {
		return this.database.sql(key.external() ? BY_EXTERNAL_ID : BY_ID)
				.bind(0, key.value())
				.map(R2dbcCustomers::toCustomer)
				.one()
				.as(this.transaction::transactional);
	}

	private static Customer toCustomer(Readable row) {
		return new Customer(Ids.parse(CustomerId.class, Columns.required(row, "id", String.class)),
				row.get("external_id", String.class), Columns.required(row, "name", String.class),
				ZoneId.of(Columns.required(row, "time_zone", String.class)),
				Columns.required(row, "status", String.class).equals("archived"));
	}

}
