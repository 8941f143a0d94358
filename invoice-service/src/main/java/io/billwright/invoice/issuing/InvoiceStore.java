package io.billwright.invoice.issuing;

import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Keeps the current tenant's invoices.
interface InvoiceStore extends Invoices {

	/// One page of the invoices that pass the filter.
	Mono<Page<Invoice>> page(InvoiceFilter filter, PageRequest request);

	/// Adds a new draft with its lines.
	Mono<Invoice> add(Invoice draft);

	/// Replaces the version before this one, with its lines. Fails with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Invoice> rewrite(Invoice draft);

	/// Replaces a draft by the issued invoice, and has its due date watched. Fails with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Invoice> issue(Invoice issued);

	/// Removes a draft. Fails with [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<Invoice> remove(Invoice draft);

}
