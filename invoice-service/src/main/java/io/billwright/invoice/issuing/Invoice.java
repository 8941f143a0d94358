package io.billwright.invoice.issuing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.money.Money;

/// A request for money. Immutable; each transition gives the next version, and what it gives is all that may be stored.
///
/// @param version 1 at creation, one more with every change
/// @param totals derived from the content
/// @param amountPaid what payments have settled so far
/// @param issue present from finalization on
public record Invoice(InvoiceId id, long version, InvoiceStatus status, Content content, Totals totals,
		Money amountPaid, @Nullable Issue issue, Milestones milestones) {

	/// What a draft may change.
	///
	/// @param dueDate a day that was asked for, or `null` to follow the customer's payment terms
	/// @param rounding the organization's rule when the draft was last written
	public record Content(BilledCustomer customer, Currency currency, List<InvoiceLine> lines,
			@Nullable LocalDate dueDate, @Nullable String memo, TaxRounding rounding) {

		public Content {
			lines = List.copyOf(lines);
		}

		Content with(BilledCustomer customer) {
			return new Content(customer, this.currency, this.lines, this.dueDate, this.memo, this.rounding);
		}

		Content with(List<InvoiceLine> lines) {
			return new Content(this.customer, this.currency, lines, this.dueDate, this.memo, this.rounding);
		}

		Totals totals() {
			return Totals.of(this.lines, this.currency, this.rounding);
		}

	}

	/// What finalization adds.
	///
	/// @param number as printed
	/// @param sequence the position in the gapless series
	/// @param date the day of issue in the organization's time zone
	public record Issue(String number, long sequence, LocalDate date, LocalDate dueDate, Instant at) {}

	/// When what happened.
	public record Milestones(Instant createdAt, Instant updatedAt, @Nullable Instant paidAt,
			@Nullable Instant voidedAt, @Nullable Instant markedUncollectibleAt) {

		private Milestones updated(Instant now) {
			return new Milestones(this.createdAt, now, this.paidAt, this.voidedAt, this.markedUncollectibleAt);
		}

	}

	/// A new draft.
	static Invoice draft(InvoiceId id, Content content, Instant now) {
		return new Invoice(id, 1, InvoiceStatus.DRAFT, content, content.totals(), Money.zero(content.currency()), null,
				new Milestones(now, now, null, null, null));
	}

	/// The draft with other content.
	Invoice change(Content content, Instant now) {
		requireDraft();
		return new Invoice(this.id, this.version + 1, this.status, content, content.totals(),
				Money.zero(content.currency()), null, this.milestones.updated(now));
	}

	/// Fails unless the invoice could be finalized today.
	///
	/// @throws InvoiceFailure where it is no draft, has no lines, or would come to less than nothing
	Invoice requireFinalizable() {
		requireDraft();
		if (this.content.lines().isEmpty()) {
			throw new InvoiceFailure.Empty(this);
		}
		if (this.totals.total().isNegative()) {
			throw new InvoiceFailure.NegativeTotal(this);
		}
		return this;
	}

	/// The issued invoice. Where there is nothing to pay it is paid at once.
	Invoice finalize(BilledCustomer customer, Issue issue) {
		requireFinalizable();
		if (issue.dueDate().isBefore(issue.date())) {
			throw new InvoiceFailure.DueBeforeIssue(issue.dueDate(), issue.date());
		}
		boolean free = this.totals.total().isZero();
		Milestones reached = free
				? new Milestones(this.milestones.createdAt(), issue.at(), issue.at(), null, null)
				: this.milestones.updated(issue.at());
		return new Invoice(this.id, this.version + 1, free ? InvoiceStatus.PAID : InvoiceStatus.OPEN,
				this.content.with(customer), this.totals, this.amountPaid, issue, reached);
	}

	/// The invoice after a payment that covers all or a part of what is due.
	///
	/// @param amount above zero
	/// @throws InvoiceFailure where the invoice is not open, the amount exceeds what is due or has another currency
	public Invoice recordPayment(Money amount, Instant now) {
		requireOpen();
		if (!amount.isPositive()) {
			throw new IllegalArgumentException("A payment is above zero: " + amount);
		}
		if (!amount.currency().equals(currency())) {
			throw new InvoiceFailure.CurrencyMismatch("The payment", amount.currency().getCurrencyCode(),
					currency().getCurrencyCode());
		}
		if (amount.compareTo(amountDue()) > 0) {
			throw new InvoiceFailure.Overpayment(amount, amountDue());
		}
		boolean settled = amount.equals(amountDue());
		return next(settled ? InvoiceStatus.PAID : InvoiceStatus.PARTIALLY_PAID, this.amountPaid.plus(amount),
				new Milestones(this.milestones.createdAt(), now, settled ? now : null, null, null));
	}

	/// The invoice taken back.
	///
	/// @throws InvoiceFailure where it is not open or has payments
	Invoice voided(Instant now) {
		requireOpen();
		if (this.amountPaid.isPositive()) {
			throw new InvoiceFailure.HasPayments(this);
		}
		return next(InvoiceStatus.VOID, this.amountPaid,
				new Milestones(this.milestones.createdAt(), now, null, now, null));
	}

	/// The invoice whose rest nobody expects any more.
	///
	/// @throws InvoiceFailure where it is not open
	Invoice markUncollectible(Instant now) {
		requireOpen();
		return next(InvoiceStatus.UNCOLLECTIBLE, this.amountPaid,
				new Milestones(this.milestones.createdAt(), now, null, null, now));
	}

	/// The next version of an invoice that the passing of its due date has made overdue.
	Invoice noticeOverdue(Instant now) {
		return next(this.status, this.amountPaid, this.milestones.updated(now));
	}

	/// Whether money is still expected after the due date.
	///
	/// @param today in the organization's time zone
	public boolean isOverdue(LocalDate today) {
		return this.status.isUnsettled() && requireIssue().dueDate().isBefore(today);
	}

	/// What is still to be paid; nothing once the invoice is void.
	public Money amountDue() {
		return (this.status == InvoiceStatus.VOID)
				? Money.zero(currency())
				: this.totals.total().minus(this.amountPaid);
	}

	public Currency currency() {
		return this.content.currency();
	}

	/// The issue of an invoice that is no draft.
	Issue requireIssue() {
		return Objects.requireNonNull(this.issue, "a draft has no number");
	}

	Invoice requireDraft() {
		if (this.status != InvoiceStatus.DRAFT) {
			throw new InvoiceFailure.NotADraft(this);
		}
		return this;
	}

	private void requireOpen() {
		if (!this.status.isUnsettled()) {
			throw new InvoiceFailure.NotOpen(this);
		}
	}

	private Invoice next(InvoiceStatus status, Money paid, Milestones milestones) {
		return new Invoice(this.id, this.version + 1, status, this.content, this.totals, paid, this.issue, milestones);
	}

}
