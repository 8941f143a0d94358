package io.billwright.invoice.payment;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.issuing.InvoiceId;
import io.billwright.invoice.listing.Filter;
import io.billwright.invoice.listing.Listing;
import io.billwright.invoice.listing.Sort;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Keeps the current tenant's payments in PostgreSQL.
@Repository
class R2dbcPayments {

	private static final String COLUMNS = """
			id, invoice_id, customer_id, amount, currency, method, reference, received_on, created_at""";

	private static final String INSERT = """
			INSERT INTO payment (%s) VALUES (:id, :invoice, :customer, :amount, :currency, :method,
				nullif(:reference, ''), :receivedOn, :createdAt)""".formatted(COLUMNS);

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final Listing<Payment> listing;

	R2dbcPayments(DatabaseClient database, ReadOnlyTransaction readOnly) {
		this.database = database;
		this.readOnly = readOnly;
		this.listing = new Listing<>(database, COLUMNS, "payment", R2dbcPayments::toPayment, "-created_at",
				Sort.byInstant("created_at", "created_at"),
				new Sort<>("received_on", "received_on", LocalDate.class, LocalDate::parse));
	}

	/// The payment. Fails with [NotFound].
	Mono<Payment> require(PaymentId id) {
		return this.database.sql("SELECT %s FROM payment WHERE id = :id".formatted(COLUMNS))
				.bind("id", id.value())
				.map(R2dbcPayments::toPayment)
				.one()
				.switchIfEmpty(Mono.error(() -> new NotFound("payment", id.text())))
				.as(this.readOnly::transactional);
	}

	/// One page of the payments that pass the filter.
	Mono<Page<Payment>> page(Filter filter, @Nullable String order, PageRequest request) {
		return this.listing.page(filter, order, request).as(this.readOnly::transactional);
	}

	/// Adds a payment in the current transaction.
	Mono<Payment> add(Payment payment) {
		String reference = payment.reference();
		return this.database.sql(INSERT)
				.bind("id", payment.id().value())
				.bind("invoice", payment.invoice().value())
				.bind("customer", payment.customer().value())
				.bind("amount", payment.amount().minorUnits())
				.bind("currency", payment.amount().currency().getCurrencyCode())
				.bind("method", payment.method().code())
				.bind("reference", (reference != null) ? reference : "")
				.bind("receivedOn", payment.receivedOn())
				.bind("createdAt", payment.createdAt())
				.then()
				.thenReturn(payment);
	}

	private static Payment toPayment(Readable row) {
		Money amount = new Money(Columns.required(row, "amount", Long.class),
				Currency.getInstance(Columns.required(row, "currency", String.class)));
		return new Payment(new PaymentId(Columns.required(row, "id", UUID.class)),
				new InvoiceId(Columns.required(row, "invoice_id", UUID.class)),
				new CustomerId(Columns.required(row, "customer_id", UUID.class)), amount,
				PaymentMethod.of(Columns.required(row, "method", String.class)), row.get("reference", String.class),
				Columns.required(row, "received_on", LocalDate.class),
				Columns.required(row, "created_at", Instant.class));
	}

}
