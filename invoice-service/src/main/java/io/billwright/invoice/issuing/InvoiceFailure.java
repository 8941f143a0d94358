package io.billwright.invoice.issuing;

import java.time.LocalDate;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;
import io.billwright.platform.money.Money;

/// Why an invoice could not be changed.
public abstract sealed class InvoiceFailure extends Failure {

	private InvoiceFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// Only drafts can be changed, deleted and finalized.
	public static final class NotADraft extends InvoiceFailure {

		NotADraft(Invoice invoice) {
			super(Kind.CONFLICT, "invoice_not_draft",
					"Invoice %s is %s; only a draft can be changed, deleted or finalized.".formatted(invoice.id(),
							invoice.status().code()));
		}

	}

	/// Only an open invoice can be paid, voided or given up on.
	public static final class NotOpen extends InvoiceFailure {

		NotOpen(Invoice invoice) {
			super(Kind.CONFLICT, "invoice_not_open",
					"Invoice %s is %s; that needs an open one.".formatted(invoice.id(), invoice.status().code()));
		}

	}

	/// An invoice with payments cannot be voided.
	public static final class HasPayments extends InvoiceFailure {

		HasPayments(Invoice invoice) {
			super(Kind.CONFLICT, "invoice_has_payments",
					"Invoice %s has payments of %s and cannot be voided.".formatted(invoice.id(),
							invoice.amountPaid()));
		}

	}

	/// An invoice without lines cannot be finalized.
	public static final class Empty extends InvoiceFailure {

		Empty(Invoice invoice) {
			super(Kind.UNPROCESSABLE, "invoice_empty",
					"Invoice %s has no lines and cannot be finalized.".formatted(invoice.id()));
		}

	}

	/// An invoice asks for money and cannot promise any.
	public static final class NegativeTotal extends InvoiceFailure {

		NegativeTotal(Invoice invoice) {
			super(Kind.UNPROCESSABLE, "invoice_total_negative",
					"Invoice %s would come to %s; a total is never below zero.".formatted(invoice.id(),
							invoice.totals().total()));
		}

	}

	/// The due date lies before the day of issue.
	public static final class DueBeforeIssue extends InvoiceFailure {

		DueBeforeIssue(LocalDate due, LocalDate issued) {
			super(Kind.UNPROCESSABLE, "invoice_due_date_passed",
					"The due date %s lies before the day of issue, %s.".formatted(due, issued));
		}

	}

	/// The date of issue lies in the future.
	public static final class IssueDateInFuture extends InvoiceFailure {

		IssueDateInFuture(LocalDate issued, LocalDate today) {
			super(Kind.UNPROCESSABLE, "invoice_issue_date_in_future",
					"The date of issue %s lies after today, %s.".formatted(issued, today));
		}

	}

	/// A later number has an earlier date: numbers and dates of issue rise together.
	public static final class IssueDateOutOfOrder extends InvoiceFailure {

		IssueDateOutOfOrder(LocalDate issued) {
			super(Kind.UNPROCESSABLE, "invoice_issue_date_out_of_order",
					"An invoice with a later date than %s was issued already; numbers and dates rise together."
							.formatted(issued));
		}

	}

	/// The number that the pattern gives is taken already.
	public static final class NumberTaken extends InvoiceFailure {

		NumberTaken(String number) {
			super(Kind.CONFLICT, "invoice_number_taken",
					"Another invoice has the number '%s' already; change the invoice number pattern."
							.formatted(number));
		}

	}

	/// More was to be paid than is due.
	public static final class Overpayment extends InvoiceFailure {

		Overpayment(Money amount, Money due) {
			super(Kind.UNPROCESSABLE, "overpayment",
					"The payment of %s exceeds what is due, %s.".formatted(amount, due));
		}

	}

	/// A payment or a price is in another currency than the invoice.
	public static final class CurrencyMismatch extends InvoiceFailure {

		CurrencyMismatch(String what, String currency, String expected) {
			super(Kind.UNPROCESSABLE, "currency_mismatch",
					"%s is in %s, the invoice in %s.".formatted(what, currency, expected));
		}

	}

}
