package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.catalog.PriceId;
import io.billwright.invoice.catalog.ProductId;
import io.billwright.invoice.customer.Address;
import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.customer.TaxId;
import io.billwright.invoice.tax.TaxRateId;
import io.billwright.platform.money.Money;
import io.billwright.platform.web.Versioned;

/// An invoice as clients see it.
record InvoiceView(InvoiceId id, long version, InvoiceStatus status, boolean overdue, @Nullable String number,
		CustomerId customerId, CustomerCopy customer, Currency currency, @Nullable LocalDate issueDate,
		@Nullable LocalDate dueDate, List<LineView> lines, Money subtotal, Money tax, Money total,
		List<TaxView> taxBreakdown, TaxRounding taxRounding, Money amountPaid, Money amountDue, @Nullable String memo,
		Instant createdAt, Instant updatedAt, @Nullable Instant finalizedAt, @Nullable Instant paidAt,
		@Nullable Instant voidedAt, @Nullable Instant markedUncollectibleAt) implements Versioned {

	/// The customer as the invoice names it.
	record CustomerCopy(String name, @Nullable String email, @Nullable Address address, List<TaxId> taxIds) {}

	/// One line.
	record LineView(LineId id, String description, @Nullable PriceId priceId, @Nullable Long priceVersion,
			@Nullable ProductId productId, BigDecimal quantity, BigDecimal unitAmount, Money amount,
			@Nullable TaxRateId taxRateId) {

		static LineView of(InvoiceLine line) {
			AppliedTax tax = line.tax();
			TaxRateId rate = (tax != null) ? tax.rate() : null;
			return switch (line) {
				case InvoiceLine.OneOff oneOff -> new LineView(oneOff.id(), oneOff.description(), null, null, null,
						oneOff.quantity().value(), oneOff.unitAmount(), oneOff.amount(), rate);
				case InvoiceLine.PriceLine priced ->
					new LineView(priced.id(), priced.description(), priced.price(), priced.priceVersion(),
							priced.product(), priced.quantity().value(), priced.unitAmount(), priced.amount(), rate);
			};
		}

	}

	/// The tax of one category and rate.
	///
	/// @param category the EN 16931 code
	record TaxView(TaxRateId taxRateId, String name, String category, BigDecimal percentage, String country,
			boolean inclusive, Money taxable, Money amount) {

		static TaxView of(Totals.TaxPart part) {
			AppliedTax tax = part.tax();
			return new TaxView(tax.rate(), tax.name(), tax.terms().category().name(),
					tax.terms().percentage().value(), tax.terms().country(), tax.terms().inclusive(), part.taxable(),
					part.amount());
		}

	}

	/// @param today in the organization's time zone
	static InvoiceView of(Invoice invoice, LocalDate today) {
		Invoice.Content content = invoice.content();
		Invoice.Issue issue = invoice.issue();
		BilledCustomer customer = content.customer();
		Totals totals = invoice.totals();
		Invoice.Milestones at = invoice.milestones();
		return new InvoiceView(invoice.id(), invoice.version(), invoice.status(), invoice.isOverdue(today),
				(issue != null) ? issue.number() : null, customer.id(),
				new CustomerCopy(customer.name(), customer.email(), customer.address(), customer.taxIds()),
				content.currency(), (issue != null) ? issue.date() : null,
				(issue != null) ? issue.dueDate() : content.dueDate(),
				content.lines().stream().map(LineView::of).toList(), totals.subtotal(), totals.tax(), totals.total(),
				totals.taxes().stream().map(TaxView::of).toList(), content.rounding(), invoice.amountPaid(),
				invoice.amountDue(), content.memo(), at.createdAt(), at.updatedAt(),
				(issue != null) ? issue.at() : null, at.paidAt(), at.voidedAt(), at.markedUncollectibleAt());
	}

}
