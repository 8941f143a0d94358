package io.billwright.invoice.issuing;

import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.invoice.issuing.InvoicePublisher.Event;
import io.billwright.invoice.ledger.Account;
import io.billwright.invoice.ledger.Entry;
import io.billwright.invoice.ledger.EntryKind;
import io.billwright.invoice.ledger.Ledger;
import io.billwright.invoice.ledger.Posting;
import io.billwright.platform.web.ExpectedVersion;

/// Ends an open invoice without payment.
@Component
class CloseInvoice {

	private final InvoiceStore invoices;

	private final Ledger ledger;

	private final InvoicePublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	CloseInvoice(InvoiceStore invoices, Ledger ledger, InvoicePublisher publisher, TransactionalOperator transaction,
			Clock clock) {
		this.invoices = invoices;
		this.ledger = ledger;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Takes an invoice back and reverses its booking. Cold; fails with an [InvoiceFailure].
	Mono<Invoice> voidIt(InvoiceId id, ExpectedVersion expected) {
		return close(id, expected, Event.VOIDED, Invoice::voided, (invoice) -> this.ledger
				.reverse(EntryKind.INVOICE_FINALIZED, id.text(), EntryKind.INVOICE_VOIDED, this.clock.instant()));
	}

	/// Gives up on what is due and books it as bad debt. Cold; fails with an [InvoiceFailure].
	Mono<Invoice> markUncollectible(InvoiceId id, ExpectedVersion expected) {
		return close(id, expected, Event.MARKED_UNCOLLECTIBLE, Invoice::markUncollectible,
				(invoice) -> this.ledger.book(Entry.of(EntryKind.INVOICE_WRITTEN_OFF, id.text(), id.text(),
						this.clock.instant(), Posting.debit(Account.BAD_DEBT, invoice.amountDue()),
						Posting.credit(Account.RECEIVABLE, invoice.amountDue()))));
	}

	private Mono<Invoice> close(InvoiceId id, ExpectedVersion expected, Event event,
			BiFunction<Invoice, Instant, Invoice> transition, Function<Invoice, Mono<Void>> booking) {
		return this.invoices.lock(id)
				.doOnNext((invoice) -> expected.check(invoice.version()))
				.map((invoice) -> transition.apply(invoice, this.clock.instant()))
				.flatMap(this.invoices::save)
				.delayUntil(booking)
				.delayUntil((invoice) -> this.publisher.publish(event, invoice))
				.as(this.transaction::transactional)
				.checkpoint("close invoice");
	}

}
