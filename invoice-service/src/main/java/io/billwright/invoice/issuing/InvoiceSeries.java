package io.billwright.invoice.issuing;

import java.time.LocalDate;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Columns;

/// The current tenant's series of invoice numbers.
@Repository
class InvoiceSeries {

	private static final String NEXT = """
			INSERT INTO invoice_series AS series (last_sequence, last_issue_date) VALUES (1, :date)
			ON CONFLICT (organization_id, live) DO UPDATE SET last_sequence = series.last_sequence + 1,
				last_issue_date = greatest(series.last_issue_date, :date)
			WHERE series.last_issue_date <= :date OR NOT :exact
			RETURNING last_sequence, last_issue_date""";

	private final DatabaseClient database;

	InvoiceSeries(DatabaseClient database) {
		this.database = database;
	}

	/// Takes the next number in the current transaction. Whoever asks next waits until it ends, and gets the same number
	/// where it is rolled back: there are no gaps. So ask as late as possible.
	///
	/// Fails with [InvoiceFailure.NumberTaken] where the pattern was changed so that numbers repeat, and with
	/// [InvoiceFailure.IssueDateOutOfOrder] where the exact date lies before that of the number before.
	///
	/// @param date the date of issue
	/// @param exact whether it must be this date; otherwise the date of the number before stands in for an earlier one
	Mono<Place> next(NumberPattern pattern, LocalDate date, boolean exact) {
		return this.database.sql(NEXT)
				.bind("date", date)
				.bind("exact", exact)
				.map((row) -> toPlace(row, pattern))
				.one()
				.switchIfEmpty(Mono.error(() -> new InvoiceFailure.IssueDateOutOfOrder(date)))
				.delayUntil(this::requireFree);
	}

	private static Place toPlace(Readable row, NumberPattern pattern) {
		long sequence = Columns.required(row, "last_sequence", Long.class);
		LocalDate issued = Columns.required(row, "last_issue_date", LocalDate.class);
		return new Place(sequence, pattern.format(sequence, issued), issued);
	}

	private Mono<Void> requireFree(Place place) {
		return this.database.sql("SELECT true FROM invoice WHERE number = :number")
				.bind("number", place.number())
				.mapValue(Boolean.class)
				.one()
				.flatMap((taken) -> Mono.error(() -> new InvoiceFailure.NumberTaken(place.number())));
	}

	/// A place in the series.
	record Place(long sequence, String number, LocalDate issued) {}

}
