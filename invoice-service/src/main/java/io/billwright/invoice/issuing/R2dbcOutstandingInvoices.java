package io.billwright.invoice.issuing;

import java.util.Currency;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;

import io.billwright.invoice.ledger.OutstandingInvoices;
import io.billwright.platform.money.Money;
import io.billwright.platform.tenancy.Columns;

/// Sums what invoices say is still to be paid.
@Repository
class R2dbcOutstandingInvoices implements OutstandingInvoices {

	private static final String OUTSTANDING = """
			SELECT currency, CAST(sum(total - amount_paid) AS bigint) AS amount FROM invoice
			WHERE status IN ('open', 'partially_paid') GROUP BY currency""";

	private final DatabaseClient database;

	R2dbcOutstandingInvoices(DatabaseClient database) {
		this.database = database;
	}

	@Override
	public Flux<Money> outstanding() {
		return this.database.sql(OUTSTANDING).map(R2dbcOutstandingInvoices::toMoney).all();
	}

	private static Money toMoney(Readable row) {
		return new Money(Columns.required(row, "amount", Long.class),
				Currency.getInstance(Columns.required(row, "currency", String.class)));
	}

}
