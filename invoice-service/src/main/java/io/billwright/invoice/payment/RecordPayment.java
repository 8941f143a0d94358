package io.billwright.invoice.payment;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.invoice.issuing.Invoice;
import io.billwright.invoice.issuing.InvoiceId;
import io.billwright.invoice.issuing.InvoicePublisher;
import io.billwright.invoice.issuing.InvoicePublisher.Event;
import io.billwright.invoice.issuing.InvoiceStatus;
import io.billwright.invoice.issuing.Invoices;
import io.billwright.invoice.ledger.Account;
import io.billwright.invoice.ledger.Entry;
import io.billwright.invoice.ledger.EntryKind;
import io.billwright.invoice.ledger.Ledger;
import io.billwright.invoice.ledger.Posting;
import io.billwright.invoice.organization.Organizations;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.ids.Ids;

/// Records money that was received for an invoice: the payment, the invoice's new state and the booking, all or nothing.
@Component
class RecordPayment {

	private final Invoices invoices;

	private final R2dbcPayments payments;

	private final Organizations organizations;

	private final Ledger ledger;

	private final InvoicePublisher invoicePublisher;

	private final PaymentPublisher paymentPublisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	RecordPayment(Invoices invoices, R2dbcPayments payments, Organizations organizations, Ledger ledger,
			InvoicePublisher invoicePublisher, PaymentPublisher paymentPublisher, TransactionalOperator transaction,
			Clock clock) {
		this.invoices = invoices;
		this.payments = payments;
		this.organizations = organizations;
		this.ledger = ledger;
		this.invoicePublisher = invoicePublisher;
		this.paymentPublisher = paymentPublisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Records a payment. Payments of one invoice wait for each other. Cold; fails with
	/// [io.billwright.invoice.issuing.InvoiceFailure] where the invoice is not open or less is due, and with [Invalid]
	/// for a day that has not come.
	Mono<Payment> record(InvoiceId id, PaymentRequest request) {
		return Mono.zip(this.invoices.lock(id), this.organizations.today())
				.flatMap((found) -> record(found.getT1(), found.getT2(), request))
				.as(this.transaction::transactional)
				.checkpoint("record payment");
	}

	private Mono<Payment> record(Invoice invoice, LocalDate today, PaymentRequest request) {
		if (!request.amount().isPositive()) {
			throw new Invalid("amount", "out_of_range", "must be above zero");
		}
		Instant now = this.clock.instant();
		Payment payment = new Payment(new PaymentId(Ids.next()), invoice.id(), invoice.content().customer().id(),
				request.amount(), Objects.requireNonNullElse(request.method(), PaymentMethod.OTHER),
				request.reference(), receivedOn(request, today), now);
		return this.invoices.save(invoice.recordPayment(payment.amount(), now))
				.delayUntil((paid) -> this.payments.add(payment))
				.delayUntil((paid) -> this.ledger.book(entry(payment)))
				.delayUntil((paid) -> this.invoicePublisher.publish(event(paid), paid))
				.then(this.paymentPublisher.publishRecorded(payment))
				.thenReturn(payment);
	}

	private static LocalDate receivedOn(PaymentRequest request, LocalDate today) {
		LocalDate day = Objects.requireNonNullElse(request.receivedOn(), today);
		if (day.isAfter(today)) {
			throw new Invalid("received_on", "out_of_range", "must not lie after today, " + today);
		}
		return day;
	}

	private static Event event(Invoice invoice) {
		return (invoice.status() == InvoiceStatus.PAID) ? Event.PAID : Event.PARTIALLY_PAID;
	}

	private static Entry entry(Payment payment) {
		return Entry.of(EntryKind.PAYMENT_RECEIVED, payment.id().text(), payment.invoice().text(), payment.createdAt(),
				Posting.debit(Account.CASH, payment.amount()), Posting.credit(Account.RECEIVABLE, payment.amount()));
	}

}
