package io.billwright.invoice.issuing;

import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.platform.money.Money;

/// What a draft would come to; it is stored nowhere and has no id.
record InvoicePreview(CustomerId customerId, Currency currency, @Nullable LocalDate dueDate,
		List<InvoiceView.LineView> lines, Money subtotal, Money tax, Money total,
		List<InvoiceView.TaxView> taxBreakdown, TaxRounding taxRounding, @Nullable String memo) {

	static InvoicePreview of(Invoice draft) {
		Invoice.Content content = draft.content();
		Totals totals = draft.totals();
		return new InvoicePreview(content.customer().id(), content.currency(), content.dueDate(),
				content.lines().stream().map(InvoiceView.LineView::of).toList(), totals.subtotal(), totals.tax(),
				totals.total(), totals.taxes().stream().map(InvoiceView.TaxView::of).toList(), content.rounding(),
				content.memo());
	}

}
