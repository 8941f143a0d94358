package io.billwright.invoice.customer;

import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;

import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.invoice.customer.CustomerPublisher.Event;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.web.ExpectedVersion;

/// Creates and changes customers, and tells the other services.
@Service
class KeepCustomers {

	private final CustomerStore customers;

	private final CustomerPublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepCustomers(CustomerStore customers, CustomerPublisher publisher, TransactionalOperator transaction,
			Clock clock) {
		this.customers = customers;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates a customer. Fails with [CustomerFailure.ExternalIdTaken].
	Mono<Customer> create(CustomerDetails details) {
		return Mono.fromSupplier(() -> Customer.create(new CustomerId(Ids.next()), details, this.clock.instant()))
				.flatMap(this.customers::add)
				.delayUntil((customer) -> this.publisher.publish(Event.CREATED, customer))
				.as(this.transaction::transactional)
				.checkpoint("create customer");
	}

	/// Changes the expected version of a customer. A change that changes nothing writes and publishes nothing.
	Mono<Customer> change(CustomerId id, ExpectedVersion expected, Event event,
			BiFunction<Customer, Instant, Customer> change) {
		return this.customers.require(id)
				.doOnNext((customer) -> expected.check(customer.version()))
				.flatMap((current) -> replace(current, change.apply(current, this.clock.instant()), event))
				.as(this.transaction::transactional)
				.checkpoint("change customer");
	}

	private Mono<Customer> replace(Customer current, Customer changed, Event event) {
		return changed.equals(current)
				? Mono.just(current)
				: this.customers.save(changed).delayUntil((saved) -> this.publisher.publish(event, saved));
	}

}
