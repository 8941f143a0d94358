package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.billwright.invoice.issuing.InvoiceFilter.Range;
import io.billwright.invoice.issuing.InvoiceOrder.Column;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;

/// Reads pages of invoices. However many invoices there are, a page is read off an index in its order:
///
/// - each status is a branch of its own, because only one status at a time is in order in an index;
/// - rare words are looked up first, and what they are found in stays in the database until the transaction ends; common
///   ones are compared on the way;
/// - the plan is made anew for each request, because the values decide which index is right.
final class InvoiceListing {

	/// Up to how many matches a word is rare. More than these are found faster on the way.
	static final int RARE_MATCHES_MAX = 8_000;

	private static final String PLAN_ANEW = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)";

	/// Up to how many matches are fetched one by one and then sorted. The planner cannot know how many there are, and takes
	/// them for few.
	private static final int FETCHED_MATCHES_MAX = 2_000;

	private static final String MATCHES = """
			WITH matching AS MATERIALIZED (SELECT query, find_invoices_matching(query, %1$d) AS matches
				FROM invoice_query(:text) AS query)
			SELECT CAST(query AS text) AS query, matches <= %1$d AS rare,
				set_config('enable_sort', CASE WHEN matches BETWEEN %2$d AND %1$d THEN 'off' ELSE 'on' END, true)
			FROM matching"""
			.formatted(RARE_MATCHES_MAX, FETCHED_MATCHES_MAX + 1);

	/// A query of its own, so that they are fetched once and not by the planner as well.
	private static final String MATCHED = "id = ANY (CAST((SELECT invoices_matching()) AS uuid[]))";

	private static final BigDecimal RANK_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

	private final DatabaseClient database;

	private final Function<String, Invoice> mapper;

	InvoiceListing(DatabaseClient database, Function<String, Invoice> mapper) {
		this.database = database;
		this.mapper = mapper;
	}

	/// One page. Fails with [Invalid] for a cursor of another list.
	Mono<Page<Invoice>> page(InvoiceFilter filter, PageRequest request) {
		return this.database.sql(PLAN_ANEW)
				.then()
				.then(conditions(filter))
				.flatMap((conditions) -> fetch(conditions, filter, request));
	}

	private Mono<Page<Invoice>> fetch(Conditions conditions, InvoiceFilter filter, PageRequest request) {
		Mono<Page<Invoice>> page = Mono.defer(() -> rows(conditions, filter.order(), request));
		return request.total() ? page.zipWith(count(conditions), Page::withTotal) : page;
	}

	private Mono<Page<Invoice>> rows(Conditions conditions, InvoiceOrder order, PageRequest request) {
		Conditions all = (request.after() == null) ? conditions : after(conditions, order, request.after());
		return all.bind(this.database.sql(all.pageSql(order, request.fetch())))
				.map((row) -> toEntry(row, order))
				.all()
				.collectList()
				.map((rows) -> Page.of(rows, request, Entry::cursor).map(Entry::invoice));
	}

	private Mono<Long> count(Conditions conditions) {
		return conditions.bind(this.database.sql(conditions.countSql())).mapValue(Long.class).one();
	}

	/// What a filter comes to.
	Mono<Conditions> conditions(InvoiceFilter filter) {
		Conditions conditions = Conditions.of(filter)
				.and("customer_id = :customer", "customer",
						(filter.customer() != null) ? filter.customer().value() : null)
				.and("currency = :currency", "currency",
						(filter.currency() != null) ? filter.currency().getCurrencyCode() : null)
				.and("number = :number", "number", filter.number())
				.and("issue_rank BETWEEN :issued_from AND DATE '9999-12-30'", "issued_from", filter.issued().from())
				.and("issue_rank <= :issued_to", "issued_to", filter.issued().to())
				.and("due_rank BETWEEN :due_from AND DATE '9999-12-30'", "due_from", filter.due().from())
				.and("due_rank <= :due_to", "due_to", filter.due().to())
				.and("created_at >= :created_from", "created_from", filter.created().from())
				.and("created_at < :created_before", "created_before", filter.created().to())
				.and("total_rank >= :total_from", "total_from", rank(filter.total(), Range::from, RoundingMode.CEILING))
				.and("total_rank <= :total_to", "total_to", rank(filter.total(), Range::to, RoundingMode.FLOOR));
		return (filter.text() == null) ? Mono.just(conditions) : withText(conditions, filter.text());
	}

	private Mono<Conditions> withText(Conditions conditions, String text) {
		return this.database.sql(MATCHES)
				.bind("text", text)
				.map((row) -> withMatches(conditions, row))
				.one();
	}

	private static Conditions withMatches(Conditions conditions, Readable row) {
		return Boolean.TRUE.equals(row.get("rare", Boolean.class))
				? conditions.and(MATCHED, Map.of())
				: conditions.and("""
						EXISTS (SELECT FROM invoice_text t WHERE t.invoice_id = invoice.id \
						AND t.words @@ CAST(:query AS tsquery))""", "query", row.get("query", String.class));
	}

	private static Conditions after(Conditions conditions, InvoiceOrder order, Cursor cursor) {
		List<Column> columns = order.key().columns();
		List<String> values = cursor.values();
		if ((values.size() != columns.size() + 1) || !values.getFirst().equals(order.toString())) {
			throw otherList();
		}
		List<Column> compared = conditions.dated() ? columns : order.key().shortColumns();
		return conditions.and("(%s) %s (%s)".formatted(
				compared.stream().map(Column::sql).collect(Collectors.joining(", ")), order.descending() ? "<" : ">",
				compared.stream().map((column) -> ":after_" + column.sql()).collect(Collectors.joining(", "))),
				compared.stream().collect(Collectors.toMap((column) -> "after_" + column.sql(),
						(column) -> parse(column, values.get(columns.indexOf(column) + 1)))));
	}

	private static Object parse(Column column, String value) {
		try {
			return column.parse(value);
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw otherList();
		}
	}

	private static Invalid otherList() {
		return new Invalid("cursor", "malformed", "must be the next_cursor of a page of the same list and sort");
	}

	/// An amount in the unit of `total_rank`.
	private static @Nullable Long rank(Range<BigDecimal> range, Function<Range<BigDecimal>, @Nullable BigDecimal> bound,
			RoundingMode rounding) {
		BigDecimal amount = bound.apply(range);
		return (amount == null)
				? null
				: amount.movePointRight(4).setScale(0, rounding).min(RANK_MAX).max(RANK_MAX.negate()).longValueExact();
	}

	private Entry toEntry(Readable row, InvoiceOrder order) {
		Stream<Object> key = order.key()
				.columns()
				.stream()
				.map((column) -> Columns.required(row, column.sql(), column.type()));
		return new Entry(this.mapper.apply(Columns.required(row, "document", String.class)),
				Cursor.of(Stream.concat(Stream.of(order), key).toArray()));
	}

	private record Entry(Invoice invoice, Cursor cursor) {}

}
