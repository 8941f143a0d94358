package io.billwright.invoice.listing;

import java.time.DateTimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Invalid;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;

/// The list of one kind of resource. A page begins after the last row of the page before it, by sort value and then by
/// id, so that it costs the same wherever it lies and stays stable under inserts.
///
/// The table has a column `id uuid`. Tables, columns and conditions are code; only values are bound.
public final class Listing<T> {

	private final DatabaseClient database;

	private final String columns;

	private final String table;

	private final Function<Readable, T> mapper;

	private final String defaultOrder;

	private final Map<String, Sort<?>> sorts;

	/// @param defaultOrder a sort's name, with a minus before it for the largest first
	public Listing(DatabaseClient database, String columns, String table, Function<Readable, T> mapper,
			String defaultOrder, Sort<?>... sorts) {
		this.database = database;
		this.columns = columns;
		this.table = table;
		this.mapper = mapper;
		this.defaultOrder = defaultOrder;
		this.sorts = Arrays.stream(sorts).collect(Collectors.toUnmodifiableMap(Sort::name, Function.identity()));
	}

	/// One page of the rows that pass the filter. Fails with [Invalid] for an unknown order and for a cursor that
	/// belongs to another one.
	///
	/// @param order a sort's name, with a minus before it for the largest first; `null` for the default
	public Mono<Page<T>> page(Filter filter, @Nullable String order, PageRequest request) {
		return Mono.defer(() -> {
			Mono<Page<T>> page = fetch(filter, toOrder(order), request);
			return request.total() ? page.zipWith(count(filter), Page::withTotal) : page;
		});
	}

	private Mono<Page<T>> fetch(Filter filter, Order order, PageRequest request) {
		Filter conditions = (request.after() == null) ? filter : after(filter, order, request.after());
		String sql = "SELECT %s, %s AS sort_key FROM %s WHERE %s ORDER BY %2$s %5$s, id %5$s LIMIT %6$d".formatted(
				this.columns, order.sort().column(), this.table, conditions.toSql(), order.direction(),
				request.fetch());
		return conditions.bind(this.database.sql(sql))
				.map((row) -> toEntry(row, order))
				.all()
				.collectList()
				.map((rows) -> Page.of(rows, request, Entry::cursor).map(Entry::value));
	}

	private Mono<Long> count(Filter filter) {
		return filter.bind(this.database.sql("SELECT count(*) FROM %s WHERE %s".formatted(this.table, filter.toSql())))
				.mapValue(Long.class)
				.one();
	}

	private Entry<T> toEntry(Readable row, Order order) {
		Object key = Columns.required(row, "sort_key", order.sort().type());
		UUID id = Columns.required(row, "id", UUID.class);
		return new Entry<>(this.mapper.apply(row), Cursor.of(order.text(), key, id));
	}

	private Order toOrder(@Nullable String text) {
		String order = (text != null) ? text : this.defaultOrder;
		Sort<?> sort = this.sorts.get(order.startsWith("-") ? order.substring(1) : order);
		if (sort == null) {
			throw new Invalid("sort", "unknown",
					"must be one of %s, with a minus before it for the largest first".formatted(names()));
		}
		return new Order(order, sort);
	}

	private String names() {
		return String.join(", ", this.sorts.keySet().stream().sorted().toList());
	}

	private static Filter after(Filter filter, Order order, Cursor cursor) {
		List<String> values = cursor.values();
		if ((values.size() != 3) || !values.getFirst().equals(order.text())) {
			throw otherList();
		}
		try {
			Object key = order.sort().parse().apply(values.get(1));
			UUID id = UUID.fromString(values.getLast());
			return filter.and("(%s, id) %s (:sort_key, :sort_id)".formatted(order.sort().column(), order.comparison()),
					Map.of("sort_key", key, "sort_id", id));
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw otherList();
		}
	}

	private static Invalid otherList() {
		return new Invalid("cursor", "malformed", "must be the next_cursor of a page of the same list and sort");
	}

	private record Order(String text, Sort<?> sort) {

		boolean descending() {
			return this.text.startsWith("-");
		}

		String direction() {
			return descending() ? "DESC" : "ASC";
		}

		String comparison() {
			return descending() ? "<" : ">";
		}

	}

	private record Entry<T>(T value, Cursor cursor) {}

}
