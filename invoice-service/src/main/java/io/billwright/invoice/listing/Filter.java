package io.billwright.invoice.listing;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/// The conditions that every row of a list meets.
public final class Filter {

	/// No condition.
	public static final Filter NONE = new Filter(List.of());

	private final List<Condition> conditions;

	private Filter(List<Condition> conditions) {
		this.conditions = conditions;
	}

	/// One more condition without a parameter.
	public Filter and(String sql) {
		return and(sql, Map.of());
	}

	/// One more condition, unless the value is `null`.
	///
	/// @param sql names the parameter, for example `currency = :currency`
	public Filter and(String sql, String parameter, @Nullable Object value) {
		return (value == null) ? this : and(sql, Map.of(parameter, value));
	}

	/// One more condition with several parameters.
	public Filter and(String sql, Map<String, Object> values) {
		return new Filter(Stream.concat(this.conditions.stream(), Stream.of(new Condition(sql, values))).toList());
	}

	/// The conditions as SQL.
	public String toSql() {
		return this.conditions.isEmpty()
				? "true"
				: String.join(" AND ", this.conditions.stream().map(Condition::sql).toList());
	}

	/// Binds the parameters.
	public GenericExecuteSpec bind(GenericExecuteSpec statement) {
		GenericExecuteSpec bound = statement;
		for (Condition condition : this.conditions) {
			bound = bound.bindValues(condition.values());
		}
		return bound;
	}

	private record Condition(String sql, Map<String, Object> values) {}

}
