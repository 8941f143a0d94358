package io.billwright.invoice.customer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Keeps the current tenant's customers.
interface CustomerStore extends Customers {

	/// One page of the customers that pass the filter.
	Mono<Page<Customer>> page(CustomerFilter filter, @Nullable String order, PageRequest page);

	/// Adds a new customer. Fails with [CustomerFailure.ExternalIdTaken].
	Mono<Customer> add(Customer customer);

	/// Replaces the version before this one. Fails with [CustomerFailure.ExternalIdTaken] and with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Customer> save(Customer customer);

}
