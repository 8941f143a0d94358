package io.billwright.invoice.ledger;

import reactor.core.publisher.Flux;

import io.billwright.platform.money.Money;

/// What invoices say is still to be paid, which the receivable account must agree with.
public interface OutstandingInvoices {

	/// The sum of what is due on invoices that await payment, one amount per currency.
	Flux<Money> outstanding();

}
