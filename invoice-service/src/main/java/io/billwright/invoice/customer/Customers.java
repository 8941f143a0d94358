package io.billwright.invoice.customer;

import reactor.core.publisher.Mono;

/// The current tenant's customers.
public interface Customers {

	/// The customer, or nothing when the tenant has no such customer.
	Mono<Customer> find(CustomerId id);

	/// The customer.
	///
	/// Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such customer.
	Mono<Customer> require(CustomerId id);

}
