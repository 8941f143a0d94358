package io.billwright.invoice.publishing;

import java.time.LocalDate;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.InvoiceSnapshot.InvoiceLineSnapshot;
import io.billwright.contracts.MoneyAmount;
import io.billwright.contracts.Topics;
import io.billwright.invoice.issuing.AppliedTax;
import io.billwright.invoice.issuing.Invoice;
import io.billwright.invoice.issuing.InvoiceLine;
import io.billwright.invoice.issuing.InvoicePublisher;
import io.billwright.invoice.organization.Organizations;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.money.Money;

/// Tells other services about invoices, through the outbox.
@Component
class PublishInvoices implements InvoicePublisher {

	/// The status of a draft that was thrown away: the last state that readers see of it.
	private static final String DELETED = "deleted";

	private final Outbox outbox;

	private final Organizations organizations;

	PublishInvoices(Outbox outbox, Organizations organizations) {
		this.outbox = outbox;
		this.organizations = organizations;
	}

	@Override
	public Mono<Void> publish(Event event, Invoice invoice) {
		return this.organizations.today()
				.map((today) -> toSnapshot(event, invoice, today))
				.flatMap((snapshot) -> this.outbox.record(new OutboxEvent(Topics.INVOICES,
						"invoice." + event.name().toLowerCase(Locale.ROOT), invoice.id(), snapshot)));
	}

	static InvoiceSnapshot toSnapshot(Event event, Invoice invoice, LocalDate today) {
		boolean deleted = (event == Event.DELETED);
		Invoice.Content content = invoice.content();
		Invoice.@Nullable Issue issue = invoice.issue();
		Invoice.Milestones at = invoice.milestones();
		return new InvoiceSnapshot(invoice.id().text(), deleted ? invoice.version() + 1 : invoice.version(),
				(issue != null) ? issue.number() : null, deleted ? DELETED : invoice.status().code(),
				content.customer().id().text(), content.customer().name(), content.currency().getCurrencyCode(),
				(issue != null) ? issue.date() : null, (issue != null) ? issue.dueDate() : content.dueDate(),
				invoice.isOverdue(today), content.lines().stream().map(PublishInvoices::toSnapshot).toList(),
				toAmount(invoice.totals().subtotal()), toAmount(invoice.totals().tax()),
				toAmount(invoice.totals().total()), toAmount(invoice.amountPaid()), toAmount(invoice.amountDue()),
				content.memo(), at.createdAt(), (issue != null) ? issue.at() : null, at.paidAt(), at.voidedAt(),
				at.markedUncollectibleAt(), at.updatedAt());
	}

	static MoneyAmount toAmount(Money money) {
		return new MoneyAmount(money.amount(), money.currency().getCurrencyCode());
	}

	private static InvoiceLineSnapshot toSnapshot(InvoiceLine line) {
		AppliedTax tax = line.tax();
		String rate = (tax != null) ? tax.rate().text() : null;
		return switch (line) {
			case InvoiceLine.OneOff oneOff -> toSnapshot(oneOff, null, null, rate);
			case InvoiceLine.PriceLine priced ->
				toSnapshot(priced, priced.product().text(), priced.price().text(), rate);
		};
	}

	private static InvoiceLineSnapshot toSnapshot(InvoiceLine line, @Nullable String product, @Nullable String price,
			@Nullable String rate) {
		return new InvoiceLineSnapshot(line.id().text(), line.description(), product, price,
				line.quantity().toString(), line.unitAmount().toPlainString(), toAmount(line.amount()), rate);
	}

}
