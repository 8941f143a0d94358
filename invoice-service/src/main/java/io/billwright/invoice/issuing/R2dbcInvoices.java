package io.billwright.invoice.issuing;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Keeps invoices in PostgreSQL. A whole invoice goes over in one JSON document each way: two statements write it and
/// one reads it, however many lines it has.
@Repository
class R2dbcInvoices implements InvoiceStore {

	/// The invoice as [InvoiceRow] reads it; for a query that names the table `i`.
	static final String DOCUMENT = """
			CAST(to_jsonb(i) || jsonb_build_object('lines', (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.position), \
			'[]') FROM invoice_line l WHERE l.invoice_id = i.id)) AS text)""";

	private static final String COLUMNS = """
			id, version, status, number, number_sequence, customer_id, customer, currency, currency_digits, \
			tax_rounding, subtotal, tax, taxes, total, amount_paid, memo, issue_date, due_date, created_at, updated_at, \
			finalized_at, paid_at, voided_at, marked_uncollectible_at""";

	private static final String INSERT = """
			INSERT INTO invoice (%1$s)
			SELECT %1$s FROM jsonb_populate_record(CAST(NULL AS invoice), CAST(:invoice AS jsonb))"""
			.formatted(COLUMNS);

	private static final String UPDATE = """
			UPDATE invoice SET (%1$s) =
				(SELECT %1$s FROM jsonb_populate_record(CAST(NULL AS invoice), CAST(:invoice AS jsonb)))
			WHERE id = :id AND version = :version - 1""".formatted(COLUMNS);

	private static final String LINE_COLUMNS = """
			position, id, kind, description, quantity, unit_amount, amount, price_id, price_version, product_id, \
			tax_rate_id, tax_name, tax_percentage, tax_category, tax_country, tax_inclusive""";

	private static final String INSERT_LINES = """
			INSERT INTO invoice_line (invoice_id, %1$s)
			SELECT :id, %1$s FROM jsonb_populate_recordset(CAST(NULL AS invoice_line), CAST(:lines AS jsonb))"""
			.formatted(LINE_COLUMNS);

	private static final String UPSERT_WORDS = """
			INSERT INTO invoice_text (invoice_id, words) VALUES (:id, array_to_tsvector(invoice_words(:text)))
			ON CONFLICT (organization_id, live, invoice_id) DO UPDATE SET words = excluded.words""";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final InvoiceListing listing;

	R2dbcInvoices(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.listing = new InvoiceListing(database, this::toInvoice);
	}

	@Override
	public Mono<Invoice> require(InvoiceId id) {
		return read(id, "").as(this.readOnly::transactional);
	}

	@Override
	public Mono<Invoice> lock(InvoiceId id) {
		return read(id, " FOR UPDATE OF i");
	}

	@Override
	public Mono<Page<Invoice>> page(InvoiceFilter filter, PageRequest request) {
		return this.listing.page(filter, request).as(this.readOnly::transactional);
	}

	@Override
	public Mono<Invoice> add(Invoice draft) {
		return this.database.sql(INSERT)
				.bind("invoice", this.json.writeValueAsString(InvoiceRow.of(draft)))
				.then()
				.then(writeLines(draft))
				.then(writeWords(draft))
				.thenReturn(draft);
	}

	@Override
	public Mono<Invoice> save(Invoice invoice) {
		return update(invoice).thenReturn(invoice);
	}

	@Override
	public Mono<Invoice> rewrite(Invoice draft) {
		return update(draft)
				.then(this.database.sql("DELETE FROM invoice_line WHERE invoice_id = :id")
						.bind("id", draft.id().value()).then())
				.then(writeLines(draft))
				.then(writeWords(draft))
				.thenReturn(draft);
	}

	@Override
	public Mono<Invoice> issue(Invoice issued) {
		return update(issued).then(writeWords(issued)).then(watch(issued)).thenReturn(issued);
	}

	@Override
	public Mono<Invoice> remove(Invoice draft) {
		return this.database.sql("DELETE FROM invoice WHERE id = :id AND version = :version")
				.bind("id", draft.id().value())
				.bind("version", draft.version())
				.fetch()
				.rowsUpdated()
				.flatMap(R2dbcInvoices::requireWritten)
				.thenReturn(draft);
	}

	private Mono<Invoice> read(InvoiceId id, String locking) {
		return this.database.sql("SELECT %s FROM invoice i WHERE i.id = :id%s".formatted(DOCUMENT, locking))
				.bind("id", id.value())
				.mapValue(String.class)
				.one()
				.map(this::toInvoice)
				.switchIfEmpty(Mono.error(() -> new NotFound("invoice", id.text())));
	}

	private Mono<Void> update(Invoice invoice) {
		return this.database.sql(UPDATE)
				.bind("id", invoice.id().value())
				.bind("version", invoice.version())
				.bind("invoice", this.json.writeValueAsString(InvoiceRow.of(invoice)))
				.fetch()
				.rowsUpdated()
				.flatMap(R2dbcInvoices::requireWritten);
	}

	private Mono<Void> writeLines(Invoice draft) {
		return this.database.sql(INSERT_LINES)
				.bind("id", draft.id().value())
				.bind("lines", this.json.writeValueAsString(LineRow.of(draft.content().lines())))
				.then();
	}

	private Mono<Void> writeWords(Invoice invoice) {
		return this.database.sql(UPSERT_WORDS).bind("id", invoice.id().value()).bind("text", text(invoice)).then();
	}

	private Mono<Void> watch(Invoice issued) {
		return this.database.sql("INSERT INTO overdue_watch (invoice_id, due_date) VALUES (:id, :due)")
				.bind("id", issued.id().value())
				.bind("due", issued.requireIssue().dueDate())
				.then();
	}

	private Invoice toInvoice(String document) {
		return this.json.readValue(document, InvoiceRow.class).toInvoice();
	}

	private static Mono<Void> requireWritten(long rows) {
		return (rows == 1) ? Mono.empty() : Mono.error(() -> new ChangedMeanwhile("invoice"));
	}

	private static String text(Invoice invoice) {
		Invoice.Content content = invoice.content();
		Invoice.Issue issue = invoice.issue();
		Stream<String> words = Stream.of((issue != null) ? issue.number() : null, content.customer().name(),
				content.customer().email(), content.memo())
				.filter(Objects::nonNull);
		return Stream.concat(words, content.lines().stream().map(InvoiceLine::description))
				.collect(Collectors.joining(" "));
	}

}
