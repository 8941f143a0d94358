package io.billwright.invoice.ledger;

import java.time.Instant;
import java.util.Currency;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.invoice.listing.Filter;
import io.billwright.invoice.listing.Listing;
import io.billwright.invoice.listing.Sort;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// The current tenant's journal. Entries are added and read, nothing else: the database refuses to change one, and to
/// commit one that is not balanced.
@Repository
public class Ledger {

	private static final String INSERT = """
			WITH entry AS (
				INSERT INTO ledger_entry (id, kind, source, invoice, reverses, booked_at)
				SELECT id, kind, source, invoice, reverses, booked_at
				FROM jsonb_populate_record(CAST(NULL AS ledger_entry), CAST(:entry AS jsonb)) RETURNING id)
			INSERT INTO ledger_posting (entry_id, position, account, currency, amount)
			SELECT entry.id, p.position, p.account, p.currency, p.amount
			FROM entry, jsonb_populate_recordset(CAST(NULL AS ledger_posting), CAST(:entry AS jsonb) -> 'postings') p""";

	private static final String DOCUMENT = """
			CAST(to_jsonb(ledger_entry) || jsonb_build_object('postings', (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.position) \
			FROM ledger_posting p WHERE p.entry_id = ledger_entry.id)) AS text) AS document""";

	private static final String BALANCES = """
			SELECT account, currency, CAST(sum(amount) AS bigint) AS amount FROM ledger_posting
			GROUP BY account, currency ORDER BY account, currency""";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper json;

	private final Listing<Entry> listing;

	Ledger(DatabaseClient database, ReadOnlyTransaction readOnly, JsonMapper json) {
		this.database = database;
		this.readOnly = readOnly;
		this.json = json;
		this.listing = new Listing<>(database, "id, " + DOCUMENT, "ledger_entry", this::toEntry, "-booked_at",
				Sort.byInstant("booked_at", "booked_at"));
	}

	/// Books an entry in the current transaction.
	public Mono<Void> book(Entry entry) {
		return this.database.sql(INSERT).bind("entry", this.json.writeValueAsString(EntryRow.of(entry))).then();
	}

	/// Books the reverse of what was booked for a source; nothing where nothing was.
	public Mono<Void> reverse(EntryKind kind, String source, EntryKind reversal, Instant now) {
		return this.database
				.sql("SELECT %s FROM ledger_entry WHERE source = :source AND kind = :kind".formatted(DOCUMENT))
				.bind("source", source)
				.bind("kind", kind.code())
				.map(this::toEntry)
				.one()
				.flatMap((entry) -> book(entry.reverse(reversal, now)));
	}

	Mono<Page<Entry>> page(Filter filter, @Nullable String order, PageRequest request) {
		return this.listing.page(filter, order, request).as(this.readOnly::transactional);
	}

	Flux<Balance> balances() {
		return this.database.sql(BALANCES).map(Ledger::toBalance).all().as(this.readOnly::transactional);
	}

	private Entry toEntry(Readable row) {
		return this.json.readValue(Columns.required(row, "document", String.class), EntryRow.class).toEntry();
	}

	private static Balance toBalance(Readable row) {
		Currency currency = Currency.getInstance(Columns.required(row, "currency", String.class));
		return new Balance(Account.of(Columns.required(row, "account", String.class)),
				new Money(Columns.required(row, "amount", Long.class), currency));
	}

}
