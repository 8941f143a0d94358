package io.billwright.invoice.payment;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.issuing.InvoiceId;
import io.billwright.invoice.listing.Filter;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;

/// Serves payments.
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Payments", description = "What customers have paid")
class PaymentController {

	private final RecordPayment record;

	private final R2dbcPayments payments;

	PaymentController(RecordPayment record, R2dbcPayments payments) {
		this.record = record;
		this.payments = payments;
	}

	@PostMapping("/invoices/{id}/payments")
	@RequiresScope("payments:write")
	@Operation(summary = "Record a payment of all or a part of what is due on an invoice")
	Mono<ResponseEntity<PaymentView>> record(@PathVariable InvoiceId id, @RequestBody PaymentRequest request) {
		return this.record.record(id, request)
				.map(PaymentView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/payments/" + view.id())).body(view));
	}

	@GetMapping("/payments/{id}")
	@RequiresScope("payments:read")
	@Operation(summary = "Get a payment")
	Mono<PaymentView> get(@PathVariable PaymentId id) {
		return this.payments.require(id).map(PaymentView::of);
	}

	@GetMapping("/payments")
	@RequiresScope("payments:read")
	@Operation(summary = "List payments", description = "Sorts: created_at, received_on. Days are inclusive.")
	Mono<Page<PaymentView>> list(
			@RequestParam(name = "invoice_id", required = false) @Nullable InvoiceId invoice,
			@RequestParam(name = "customer_id", required = false) @Nullable CustomerId customer,
			@RequestParam(required = false) @Nullable PaymentMethod method,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(name = "received_from", required = false) @Nullable LocalDate receivedFrom,
			@RequestParam(name = "received_to", required = false) @Nullable LocalDate receivedTo,
			@RequestParam(name = "created_from", required = false) @Nullable Instant createdFrom,
			@RequestParam(name = "created_before", required = false) @Nullable Instant createdBefore,
			@RequestParam(required = false) @SortedBy({"created_at", "received_on"}) @Nullable String sort,
			PageRequest page) {
		Filter filter = Filter.NONE
				.and("invoice_id = :invoice", "invoice", (invoice != null) ? invoice.value() : null)
				.and("customer_id = :customer", "customer", (customer != null) ? customer.value() : null)
				.and("method = :method", "method", (method != null) ? method.code() : null)
				.and("currency = :currency", "currency", (currency != null) ? currency.getCurrencyCode() : null)
				.and("received_on >= :received_from", "received_from", receivedFrom)
				.and("received_on <= :received_to", "received_to", receivedTo)
				.and("created_at >= :created_from", "created_from", createdFrom)
				.and("created_at < :created_before", "created_before", createdBefore);
		return this.payments.page(filter, sort, page).map((found) -> found.map(PaymentView::of));
	}

	/// A payment as clients see it.
	record PaymentView(PaymentId id, InvoiceId invoiceId, CustomerId customerId, Money amount, PaymentMethod method,
			@Nullable String reference, LocalDate receivedOn, Instant createdAt) {

		static PaymentView of(Payment payment) {
			return new PaymentView(payment.id(), payment.invoice(), payment.customer(), payment.amount(),
					payment.method(), payment.reference(), payment.receivedOn(), payment.createdAt());
		}

	}

}
