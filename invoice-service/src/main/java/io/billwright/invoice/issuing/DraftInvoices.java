package io.billwright.invoice.issuing;

import java.time.Clock;
import java.util.function.UnaryOperator;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.invoice.issuing.InvoicePublisher.Event;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.web.ExpectedVersion;

/// Writes, changes and throws away drafts.
@Component
class DraftInvoices {

	private final InvoiceStore invoices;

	private final ComposeInvoice composer;

	private final InvoicePublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	DraftInvoices(InvoiceStore invoices, ComposeInvoice composer, InvoicePublisher publisher,
			TransactionalOperator transaction, Clock clock) {
		this.invoices = invoices;
		this.composer = composer;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// A new draft that is stored nowhere. Cold; fails as [ComposeInvoice#compose].
	Mono<Invoice> preview(InvoiceRequest request) {
		return this.composer.compose(request)
				.map((content) -> Invoice.draft(new InvoiceId(Ids.next()), content, this.clock.instant()))
				.as(this.transaction::transactional);
	}

	/// Writes a new draft. Cold; fails as [ComposeInvoice#compose].
	Mono<Invoice> create(InvoiceRequest request) {
		return preview(request).flatMap(this.invoices::add)
				.delayUntil((draft) -> this.publisher.publish(Event.DRAFTED, draft))
				.as(this.transaction::transactional)
				.checkpoint("draft invoice");
	}

	/// Changes a draft. Lines that the patch does not touch stay as they are, whatever became of their prices. Cold; fails
	/// with [InvoiceFailure.NotADraft] and as [ComposeInvoice#compose].
	Mono<Invoice> change(InvoiceId id, ExpectedVersion expected, UnaryOperator<InvoiceRequest> patch) {
		return this.invoices.require(id)
				.doOnNext((draft) -> expected.check(draft.version()))
				.map(Invoice::requireDraft)
				.flatMap((draft) -> compose(draft, patch).map((content) -> draft.change(content, this.clock.instant())))
				.flatMap(this.invoices::rewrite)
				.delayUntil((draft) -> this.publisher.publish(Event.UPDATED, draft))
				.as(this.transaction::transactional)
				.checkpoint("change draft");
	}

	/// Throws a draft away. Cold; fails with [InvoiceFailure.NotADraft].
	Mono<Void> delete(InvoiceId id, ExpectedVersion expected) {
		return this.invoices.require(id)
				.doOnNext((draft) -> expected.check(draft.version()))
				.map(Invoice::requireDraft)
				.flatMap(this.invoices::remove)
				.flatMap((draft) -> this.publisher.publish(Event.DELETED, draft))
				.as(this.transaction::transactional)
				.checkpoint("delete draft");
	}

	private Mono<Invoice.Content> compose(Invoice draft, UnaryOperator<InvoiceRequest> patch) {
		InvoiceRequest before = InvoiceRequest.of(draft);
		InvoiceRequest after = patch.apply(before);
		boolean sameLines = after.linesOrNone().equals(before.linesOrNone())
				&& draft.currency().equals(after.currency());
		return sameLines
				? this.composer.compose(after.withoutLines()).map((content) -> content.with(draft.content().lines()))
				: this.composer.compose(after);
	}

}
