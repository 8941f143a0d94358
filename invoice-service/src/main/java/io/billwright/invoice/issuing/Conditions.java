package io.billwright.invoice.issuing;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

import io.billwright.invoice.issuing.InvoiceOrder.Column;
import io.billwright.invoice.listing.Filter;

/// The SQL of a list of invoices: what every row meets, and branches, one of which it meets.
final class Conditions {

	/// A list of so few days is gathered by date and then sorted.
	private static final int NARROW_DAYS = 1;

	private final List<Branch> branches;

	private final Filter common;

	private final boolean dated;

	private final boolean gathered;

	private Conditions(List<Branch> branches, Filter common, boolean dated, boolean gathered) {
		this.branches = branches;
		this.common = common;
		this.dated = dated;
		this.gathered = gathered;
	}

	/// The branches: one per status, because an index has only one status at a time in order.
	static Conditions of(InvoiceFilter filter) {
		LocalDate overdueOn = filter.overdueOn();
		Set<InvoiceStatus> statuses = filter.statuses();
		Set<InvoiceStatus> overdue = (overdueOn == null)
				? Set.of()
				: Stream.of(InvoiceStatus.OPEN, InvoiceStatus.PARTIALLY_PAID)
						.filter((status) -> !statuses.contains(status))
						.collect(Collectors.toSet());
		List<Branch> branches = Stream.concat(statuses.stream().map((status) -> Branch.of(status, "")),
				overdue.stream().map((status) -> Branch.of(status, " AND due_rank < :overdue_on"))).toList();
		boolean gathered = isNarrow(filter) || ((filter.order().key() == InvoiceOrder.Key.TOTAL)
				&& (filter.customer() != null) && isDated(filter));
		return new Conditions(branches.isEmpty() ? List.of(Branch.ALL) : branches,
				overdue.isEmpty() ? Filter.NONE : Filter.NONE.and("true", "overdue_on", overdueOn),
				!gathered && isDated(filter), gathered);
	}

	private static boolean isDated(InvoiceFilter filter) {
		return filter.issued().isBounded() || filter.due().isBounded()
				|| ((filter.order().key() == InvoiceOrder.Key.NUMBER) && filter.created().isBounded());
	}

	private static boolean isNarrow(InvoiceFilter filter) {
		return Stream.of(filter.issued(), filter.due(), filter.created())
				.anyMatch((range) -> (range.from() != null) && (range.to() != null)
						&& (ChronoUnit.DAYS.between(range.from(), range.to()) <= NARROW_DAYS));
	}

	/// One more condition, unless the value is `null`.
	Conditions and(String sql, String parameter, @Nullable Object value) {
		return new Conditions(this.branches, this.common.and(sql, parameter, value), this.dated,
				this.gathered);
	}

	/// One more condition.
	Conditions and(String sql, Map<String, Object> values) {
		return new Conditions(this.branches, this.common.and(sql, values), this.dated, this.gathered);
	}

	/// Whether the list is narrowed by another date than the one it is ordered by: then the coarse columns lead.
	boolean dated() {
		return this.dated;
	}

	String pageSql(InvoiceOrder order, int limit) {
		List<Column> columns = order.key().columns();
		String all = columns.stream().map(Column::sql).collect(Collectors.joining(", "));
		String keys = this.branches.stream()
				.map((branch) -> "(SELECT %s FROM %s ORDER BY %s LIMIT %d)".formatted(all, from(branch),
						order.by((this.dated && !branch.small()) ? columns : order.key().shortColumns()), limit))
				.collect(Collectors.joining(" UNION ALL "));
		return """
				WITH page AS (SELECT * FROM (%s) AS branch ORDER BY %s LIMIT %d)
				SELECT page.*, %s AS document FROM page JOIN invoice i ON i.id = page.id ORDER BY %s""".formatted(keys,
				order.by(columns), limit, R2dbcInvoices.DOCUMENT, qualified(order.by(columns)));
	}

	String countSql() {
		return this.branches.stream()
				.map((branch) -> "(SELECT count(*) FROM invoice WHERE %s)".formatted(where(branch)))
				.collect(Collectors.joining(" + ", "SELECT ", ""));
	}

	GenericExecuteSpec bind(GenericExecuteSpec statement) {
		return this.common.bind(statement);
	}

	/// A walk by amount would meet the invoices of one day, or those of a customer within some dates, by chance only, and one
	/// by another date goes past every day in between, so they are all gathered and then sorted. `OFFSET 0` keeps the planner from walking all the same.
	private String from(Branch branch) {
		String matching = "invoice WHERE " + where(branch);
		return this.gathered ? "(SELECT * FROM %s OFFSET 0) AS gathered".formatted(matching) : matching;
	}

	private String where(Branch branch) {
		return branch.sql() + " AND " + this.common.toSql();
	}

	private static String qualified(String order) {
		return "page." + order.replace(", ", ", page.");
	}

	/// One status, or all of them.
	///
	/// @param small whether it has an index of its own that holds a small part of all invoices
	private record Branch(String sql, boolean small) {

		static final Branch ALL = new Branch("true", false);

		static Branch of(InvoiceStatus status, String more) {
			return new Branch("status = '%s'%s".formatted(status.code(), more), status != InvoiceStatus.PAID);
		}

	}

}
