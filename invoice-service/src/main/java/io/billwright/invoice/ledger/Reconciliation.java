package io.billwright.invoice.ledger;

import java.time.Instant;
import java.util.List;

import io.billwright.platform.money.Money;

/// The receivable account beside the open invoices.
///
/// @param reconciled whether there is no difference in any currency
record Reconciliation(boolean reconciled, Instant asOf, List<Line> currencies) {

	/// One currency.
	///
	/// @param ledger the balance of the receivable account
	/// @param invoices the sum of what is due on invoices that await payment
	/// @param difference `ledger - invoices`
	record Line(Money ledger, Money invoices, Money difference) {}

}
