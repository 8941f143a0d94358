package io.billwright.analytics.customer;

import java.time.ZoneId;

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
