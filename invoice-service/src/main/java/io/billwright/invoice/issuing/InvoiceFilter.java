package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.customer.CustomerId;

/// Which invoices a list shows, and in which order. What is `null` or unbounded does not matter.
///
/// @param statuses any of these; empty for all
/// @param overdueOn also those that are overdue on this day
/// @param text words that begin words of the number, the customer, the memo or a line
record InvoiceFilter(Set<InvoiceStatus> statuses, @Nullable LocalDate overdueOn, @Nullable CustomerId customer,
		@Nullable Currency currency, @Nullable String number, @Nullable String text, Range<LocalDate> issued,
		Range<LocalDate> due, Range<Instant> created, Range<BigDecimal> total, InvoiceOrder order) {

	/// From one value to another, each `null` for no bound.
	record Range<T>(@Nullable T from, @Nullable T to) {

		boolean isBounded() {
			return (this.from != null) || (this.to != null);
		}

	}

	InvoiceFilter {
		statuses = Set.copyOf(statuses);
	}

}
