package io.billwright.analytics.reporting;

import java.time.LocalDate;
import java.util.List;

/// The rows of the reports, one for each currency and what else they are grouped by.
final class Figures {

	private Figures() {
	}

	/// What was billed in a period: finalized invoices by their issue date, without those that were voided.
	///
	/// @param periodStart the first day of the period
	/// @param billed net and tax
	/// @param uncollectible the part of `billed` that was given up
	record Revenue(LocalDate periodStart, String currency, Amount billed, Amount net, Amount tax, Amount uncollectible,
			long invoices) {}

	/// What was received in a period, by the day the money arrived.
	record Paid(LocalDate periodStart, String currency, Amount paid, long payments) {}

	/// What is still to be paid.
	record Open(String currency, Amount amount, long invoices) {}

	/// What is still to be paid, by the days since it was due.
	///
	/// @param buckets always the same five, in order
	record Aging(String currency, Amount total, List<Bucket> buckets) {}

	/// @param bucket `current`, `1_30`, `31_60`, `61_90` or `over_90` days overdue
	record Bucket(String bucket, Amount amount, long invoices) {}

	/// A customer's share.
	///
	/// @param customerName as on its newest invoice
	record TopCustomer(String customerId, String customerName, Amount amount, long invoices) {}

}
