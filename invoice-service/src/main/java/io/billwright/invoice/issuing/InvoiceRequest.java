package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Objects;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.catalog.PriceId;
import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.tax.TaxRateId;
import io.billwright.invoice.validation.Text;

/// What a draft is to say.
///
/// @param currency the customer's where it is left out
/// @param dueDate follows the customer's payment terms where it is left out
record InvoiceRequest(@NotNull CustomerId customerId, @Nullable Currency currency, @Nullable LocalDate dueDate,
		@Nullable @Text(max = 2_000, multiline = true) String memo,
		@Nullable @Size(max = LINES_MAX) List<@Valid @NotNull Line> lines) {

	/// More than any invoice a person can check; keeps the snapshot within an event's size.
	static final int LINES_MAX = 500;

	/// A line: either a price of the catalog, or a description and what one costs.
	///
	/// @param quantity one where it is left out
	record Line(@Nullable PriceId priceId, @Nullable @Text(max = 500) String description,
			@Nullable BigDecimal quantity, @Nullable BigDecimal unitAmount, @Nullable TaxRateId taxRateId) {

		private static Line of(InvoiceLine line) {
			AppliedTax tax = line.tax();
			TaxRateId rate = (tax != null) ? tax.rate() : null;
			return switch (line) {
				case InvoiceLine.OneOff oneOff -> new Line(null, oneOff.description(), oneOff.quantity().value(),
						oneOff.unitAmount(), rate);
				case InvoiceLine.PriceLine priced ->
					new Line(priced.price(), priced.description(), priced.quantity().value(), null, rate);
			};
		}

	}

	/// What would make the invoice again; the target of a patch.
	static InvoiceRequest of(Invoice invoice) {
		Invoice.Content content = invoice.content();
		return new InvoiceRequest(content.customer().id(), content.currency(), content.dueDate(), content.memo(),
				content.lines().stream().map(Line::of).toList());
	}

	InvoiceRequest withoutLines() {
		return new InvoiceRequest(this.customerId, this.currency, this.dueDate, this.memo, null);
	}

	List<Line> linesOrNone() {
		return Objects.requireNonNullElse(this.lines, List.of());
	}

}
