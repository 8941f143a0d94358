package io.billwright.invoice.issuing;

import reactor.core.publisher.Mono;

/// Tells other services about invoices.
public interface InvoicePublisher {

	/// Records, in the current transaction and after the invoice was written, what happened to it.
	Mono<Void> publish(Event event, Invoice invoice);

	/// What can happen to an invoice.
	enum Event {

		DRAFTED, UPDATED, DELETED, FINALIZED, PARTIALLY_PAID, PAID, VOIDED, MARKED_UNCOLLECTIBLE, OVERDUE

	}

}
