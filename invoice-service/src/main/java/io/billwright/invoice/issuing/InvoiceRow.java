package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.customer.Address;
import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.customer.TaxId;
import io.billwright.platform.money.Money;

/// A row of `invoice` with its lines, as the JSON that PostgreSQL takes and gives.
record InvoiceRow(UUID id, long version, InvoiceStatus status, @Nullable String number,
		@Nullable Long numberSequence, UUID customerId, CustomerRow customer, String currency, int currencyDigits,
		TaxRounding taxRounding, long subtotal, long tax, List<TaxRow> taxes, long total, long amountPaid,
		@Nullable String memo, @Nullable LocalDate issueDate, @Nullable LocalDate dueDate, Instant createdAt,
		Instant updatedAt, @Nullable Instant finalizedAt, @Nullable Instant paidAt, @Nullable Instant voidedAt,
		@Nullable Instant markedUncollectibleAt, List<LineRow> lines) {

	/// The customer's copy.
	record CustomerRow(String name, @Nullable String email, @Nullable Address address, List<TaxId> taxIds) {}

	/// A part of the tax.
	record TaxRow(UUID taxRateId, String taxName, BigDecimal taxPercentage, String taxCategory, String taxCountry,
			boolean taxInclusive, long taxable, long amount) {

		static TaxRow of(Totals.TaxPart part) {
			AppliedTax tax = part.tax();
			return new TaxRow(tax.rate().value(), tax.name(), tax.terms().percentage().value(),
					tax.terms().category().name(), tax.terms().country(), tax.terms().inclusive(),
					part.taxable().minorUnits(), part.amount().minorUnits());
		}

		Totals.TaxPart toPart(Currency currency) {
			AppliedTax tax = AppliedTax.of(this.taxRateId, this.taxName, this.taxPercentage, this.taxCategory,
					this.taxCountry, this.taxInclusive);
			return new Totals.TaxPart(tax, new Money(this.taxable, currency), new Money(this.amount, currency));
		}

	}

	static InvoiceRow of(Invoice invoice) {
		Invoice.Content content = invoice.content();
		Invoice.Issue issue = invoice.issue();
		BilledCustomer customer = content.customer();
		Totals totals = invoice.totals();
		Invoice.Milestones at = invoice.milestones();
		return new InvoiceRow(invoice.id().value(), invoice.version(), invoice.status(),
				(issue != null) ? issue.number() : null, (issue != null) ? issue.sequence() : null,
				customer.id().value(),
				new CustomerRow(customer.name(), customer.email(), customer.address(), customer.taxIds()),
				content.currency().getCurrencyCode(), content.currency().getDefaultFractionDigits(),
				content.rounding(), totals.subtotal().minorUnits(), totals.tax().minorUnits(),
				totals.taxes().stream().map(TaxRow::of).toList(), totals.total().minorUnits(),
				invoice.amountPaid().minorUnits(), content.memo(), (issue != null) ? issue.date() : null,
				(issue != null) ? issue.dueDate() : content.dueDate(), at.createdAt(), at.updatedAt(),
				(issue != null) ? issue.at() : null, at.paidAt(), at.voidedAt(), at.markedUncollectibleAt(),
				LineRow.of(content.lines()));
	}

	Invoice toInvoice() {
		Currency unit = Currency.getInstance(this.currency);
		BilledCustomer billed = new BilledCustomer(new CustomerId(this.customerId), this.customer.name(),
				this.customer.email(), this.customer.address(), this.customer.taxIds());
		Invoice.Content content = new Invoice.Content(billed, unit,
				this.lines.stream().map((line) -> line.toLine(unit)).toList(), this.dueDate, this.memo,
				this.taxRounding);
		Totals totals = new Totals(new Money(this.subtotal, unit), new Money(this.tax, unit),
				new Money(this.total, unit), this.taxes.stream().map((part) -> part.toPart(unit)).toList());
		return new Invoice(new InvoiceId(this.id), this.version, this.status, content, totals,
				new Money(this.amountPaid, unit), toIssue(), new Invoice.Milestones(this.createdAt, this.updatedAt,
						this.paidAt, this.voidedAt, this.markedUncollectibleAt));
	}

	private Invoice.@Nullable Issue toIssue() {
		return (this.number == null)
				? null
				: new Invoice.Issue(this.number, Objects.requireNonNull(this.numberSequence),
						Objects.requireNonNull(this.issueDate), Objects.requireNonNull(this.dueDate),
						Objects.requireNonNull(this.finalizedAt));
	}

}
