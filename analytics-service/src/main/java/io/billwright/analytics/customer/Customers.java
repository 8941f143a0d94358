package io.billwright.analytics.customer;

import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// The current tenant's customers. An answer may be as old as the cache `customers` allows; so may the answer that there is
/// no such customer.
public interface Customers {

	/// The customer, or nothing when the tenant has no such customer.
	///
	/// @param idOrExternalId `cus_...`, the organization's own id, or `external:` and the organization's own id
	Mono<Customer> find(String idOrExternalId);

	/// Those of them that are customers of the tenant, by what they were asked for, in one query and from no cache: for who
	/// remembers them himself.
	///
	/// @param idsOrExternalIds without repetitions
	Mono<Map<String, Customer>> findAll(Collection<String> idsOrExternalIds);

	/// The customer.
	///
	/// Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such customer.
	Mono<Customer> require(String idOrExternalId);

	/// Forgets what is remembered of a customer, and that there was none, once the current transaction has committed.
	Mono<Void> forget(CustomerId id, @Nullable String externalId);

}
