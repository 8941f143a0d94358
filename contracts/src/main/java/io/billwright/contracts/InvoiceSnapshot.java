package io.billwright.contracts;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// An invoice with its lines and amounts.
///
/// @param id `inv_...`
/// @param number the gapless number, from finalization on
/// @param status `draft`, `open`, `partially_paid`, `paid`, `void`, `uncollectible`, or `deleted` for a draft that was
/// thrown away: the last state that there is of it
/// @param issueDate from finalization on, in the organization's time zone
/// @param overdue whether the due date had passed in the organization's time zone when the event was written
/// @param amountPaid what payments have settled so far
/// @param amountDue what is still to be paid
public record InvoiceSnapshot(String id, long version, @Nullable String number, String status, String customerId,
		String customerName, String currency, @Nullable LocalDate issueDate, @Nullable LocalDate dueDate,
		boolean overdue, List<InvoiceLineSnapshot> lines, MoneyAmount subtotal, MoneyAmount tax, MoneyAmount total,
		MoneyAmount amountPaid, MoneyAmount amountDue, @Nullable String memo, Instant createdAt,
		@Nullable Instant finalizedAt, @Nullable Instant paidAt, @Nullable Instant voidedAt,
		@Nullable Instant markedUncollectibleAt, Instant updatedAt) {

	/// One line.
	///
	/// @param quantity a decimal string
	/// @param unitAmount a decimal string with up to 12 decimals, in the currency's major unit
	public record InvoiceLineSnapshot(String id, String description, @Nullable String productId,
			@Nullable String priceId, String quantity, String unitAmount, MoneyAmount amount,
			@Nullable String taxRateId) {}

}
