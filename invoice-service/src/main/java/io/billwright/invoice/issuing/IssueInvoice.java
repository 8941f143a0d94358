package io.billwright.invoice.issuing;

import java.time.Clock;
import java.time.LocalDate;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.invoice.customer.Customer;
import io.billwright.invoice.customer.Customers;
import io.billwright.invoice.issuing.InvoicePublisher.Event;
import io.billwright.invoice.ledger.Account;
import io.billwright.invoice.ledger.Entry;
import io.billwright.invoice.ledger.EntryKind;
import io.billwright.invoice.ledger.Ledger;
import io.billwright.invoice.ledger.Posting;
import io.billwright.invoice.organization.Organizations;
import io.billwright.platform.web.ExpectedVersion;

/// Finalizes a draft: number, date, due date, the customer's copy, and the booking, all or nothing.
@Component
class IssueInvoice {

	private final InvoiceStore invoices;

	private final Customers customers;

	private final Organizations organizations;

	private final BillingSettingsStore settings;

	private final InvoiceSeries series;

	private final Ledger ledger;

	private final InvoicePublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	IssueInvoice(InvoiceStore invoices, Customers customers, Organizations organizations,
			BillingSettingsStore settings, InvoiceSeries series, Ledger ledger, InvoicePublisher publisher,
			TransactionalOperator transaction, Clock clock) {
		this.invoices = invoices;
		this.customers = customers;
		this.organizations = organizations;
		this.settings = settings;
		this.series = series;
		this.ledger = ledger;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Issues a draft. Cold; emits the issued invoice once. Fails with an [InvoiceFailure], and with
	/// [io.billwright.platform.failure.ChangedMeanwhile] where another request was faster.
	///
	/// @param date the date of issue, not later than today in the organization's time zone and not earlier than that of
	/// the number before; `null` for today
	Mono<Invoice> issue(InvoiceId id, ExpectedVersion expected, @Nullable LocalDate date) {
		return this.invoices.require(id)
				.doOnNext((draft) -> expected.check(draft.version()))
				.map(Invoice::requireFinalizable)
				.flatMap((draft) -> numbered(draft, date))
				.flatMap(this.invoices::issue)
				.delayUntil(this::book)
				.delayUntil(this::publish)
				.as(this.transaction::transactional)
				.checkpoint("issue invoice");
	}

	private Mono<Invoice> numbered(Invoice draft, @Nullable LocalDate date) {
		return Mono
				.zip(this.customers.require(draft.content().customer().id()), this.organizations.today(),
						this.settings.find())
				.flatMap((known) -> place(known.getT3().numberPattern(), known.getT2(), date)
						.map((place) -> issued(draft, known.getT1(), place)));
	}

	private Mono<InvoiceSeries.Place> place(NumberPattern pattern, LocalDate today, @Nullable LocalDate date) {
		if (date == null) {
			return this.series.next(pattern, today, false);
		}
		return date.isAfter(today)
				? Mono.error(() -> new InvoiceFailure.IssueDateInFuture(date, today))
				: this.series.next(pattern, date, true);
	}

	private Invoice issued(Invoice draft, Customer customer, InvoiceSeries.Place place) {
		LocalDate due = Objects.requireNonNullElseGet(draft.content().dueDate(),
				() -> place.issued().plusDays(customer.details().paymentTermsDays()));
		return draft.finalize(BilledCustomer.of(customer),
				new Invoice.Issue(place.number(), place.sequence(), place.issued(), due, this.clock.instant()));
	}

	private Mono<Void> book(Invoice issued) {
		Totals totals = issued.totals();
		if (totals.subtotal().isZero() && totals.tax().isZero()) {
			return Mono.empty();
		}
		String id = issued.id().text();
		return this.ledger.book(Entry.of(EntryKind.INVOICE_FINALIZED, id, id, issued.requireIssue().at(),
				Posting.debit(Account.RECEIVABLE, totals.total()), Posting.credit(Account.REVENUE, totals.subtotal()),
				Posting.credit(Account.TAX_PAYABLE, totals.tax())));
	}

	private Mono<Void> publish(Invoice issued) {
		Mono<Void> finalized = this.publisher.publish(Event.FINALIZED, issued);
		return (issued.status() == InvoiceStatus.PAID)
				? finalized.then(this.publisher.publish(Event.PAID, issued))
				: finalized;
	}

}
