package io.billwright.invoice.issuing;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

import io.billwright.invoice.listing.Filter;

/// The SQL of a list of invoices: what every row meets, and branches, one of which it meets.
record Conditions(List<String> branches, Filter common) {

	/// The branches: one per status, because an index has only one status at a time in order.
	static Conditions of(Set<InvoiceStatus> statuses, @Nullable LocalDate overdueOn) {
		Set<InvoiceStatus> overdue = (overdueOn == null)
				? Set.of()
				: Stream.of(InvoiceStatus.OPEN, InvoiceStatus.PARTIALLY_PAID)
						.filter((status) -> !statuses.contains(status))
						.collect(Collectors.toSet());
		List<String> branches = Stream
				.concat(statuses.stream().map(Conditions::status),
						overdue.stream().map((status) -> status(status) + " AND due_rank < :overdue_on"))
				.toList();
		return new Conditions(branches.isEmpty() ? List.of("true") : branches,
				overdue.isEmpty() ? Filter.NONE : Filter.NONE.and("true", "overdue_on", overdueOn));
	}

	/// One more condition, unless the value is `null`.
	Conditions and(String sql, String parameter, @Nullable Object value) {
		return new Conditions(this.branches, this.common.and(sql, parameter, value));
	}

	/// One more condition.
	Conditions and(String sql, Map<String, Object> values) {
		return new Conditions(this.branches, this.common.and(sql, values));
	}

	String pageSql(InvoiceOrder order, int limit) {
		String column = order.key().column();
		String direction = order.descending() ? "DESC" : "ASC";
		String keys = this.branches.stream()
				.map((branch) -> "(SELECT id, %1$s AS sort_key FROM invoice WHERE %2$s ORDER BY %1$s %3$s, id %3$s LIMIT %4$d)"
						.formatted(column, where(branch), direction, limit))
				.collect(Collectors.joining(" UNION ALL ", "SELECT * FROM (", ") AS branch"));
		return """
				WITH page AS (%1$s ORDER BY sort_key %2$s, id %2$s LIMIT %3$d)
				SELECT page.id, page.sort_key, %4$s AS document FROM page JOIN invoice i ON i.id = page.id
				ORDER BY page.sort_key %2$s, page.id %2$s""".formatted(keys, direction, limit, R2dbcInvoices.DOCUMENT);
	}

	String countSql() {
		return this.branches.stream()
				.map((branch) -> "(SELECT count(*) FROM invoice WHERE %s)".formatted(where(branch)))
				.collect(Collectors.joining(" + ", "SELECT ", ""));
	}

	GenericExecuteSpec bind(GenericExecuteSpec statement) {
		return this.common.bind(statement);
	}

	private String where(String branch) {
		return branch + " AND " + this.common.toSql();
	}

	private static String status(InvoiceStatus status) {
		return "status = '%s'".formatted(status.code());
	}

}
