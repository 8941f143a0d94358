package io.billwright.invoice.issuing;

import reactor.core.publisher.Mono;

/// The current tenant's invoices.
public interface Invoices {

	/// The invoice. Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such invoice.
	Mono<Invoice> require(InvoiceId id);

	/// The invoice, kept from every other writer until the transaction ends. Fails with
	/// [io.billwright.platform.failure.NotFound].
	Mono<Invoice> lock(InvoiceId id);

	/// Replaces the version before this one, except for its lines. Fails with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Invoice> save(Invoice invoice);

}
