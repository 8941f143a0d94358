package io.billwright.invoice.customer;

import reactor.core.publisher.Mono;

/// Tells other services about customers.
public interface CustomerPublisher {

	/// Records, in the current transaction, what happened to a customer.
	Mono<Void> publish(Event event, Customer customer);

	/// What can happen to a customer.
	enum Event {

		CREATED, UPDATED, ARCHIVED, UNARCHIVED

	}

}
