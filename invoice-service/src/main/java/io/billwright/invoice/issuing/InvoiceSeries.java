package io.billwright.invoice.issuing;

import java.time.LocalDate;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The current tenant's series of invoice numbers.
@Repository
class InvoiceSeries {

	private static final String NEXT = """
			INSERT INTO invoice_series AS series (last_sequence) VALUES (1)
			ON CONFLICT (organization_id, live) DO UPDATE SET last_sequence = series.last_sequence + 1
			RETURNING last_sequence""";

	private final DatabaseClient database;

	InvoiceSeries(DatabaseClient database) {
		this.database = database;
	}

	/// Takes the next number in the current transaction. Whoever asks next waits until it ends, and gets the same number
	/// where it is rolled back: there are no gaps. So ask as late as possible.
	///
	/// Fails with [InvoiceFailure.NumberTaken] where the pattern was changed so that numbers repeat.
	Mono<Place> next(NumberPattern pattern, LocalDate issued) {
		return this.database.sql(NEXT)
				.mapValue(Long.class)
				.one()
				.map((sequence) -> new Place(sequence, pattern.format(sequence, issued)))
				.delayUntil(this::requireFree);
	}

	private Mono<Void> requireFree(Place place) {
		return this.database.sql("SELECT true FROM invoice WHERE number = :number")
				.bind("number", place.number())
				.mapValue(Boolean.class)
				.one()
				.flatMap((taken) -> Mono.error(() -> new InvoiceFailure.NumberTaken(place.number())));
	}

	/// A place in the series.
	record Place(long sequence, String number) {}

}
