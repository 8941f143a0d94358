package io.billwright.user.system;

import java.lang.reflect.RecordComponent;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/// A statement with the components of a row record as its named parameters. Spring's own binding demands that the
/// statement uses each of them; an update rarely does.
public final class RowStatement {

	private RowStatement() {
	}

	/// The statement with those components bound that it names.
	public static GenericExecuteSpec of(DatabaseClient client, String sql, Record row) {
		GenericExecuteSpec statement = client.sql(sql);
		for (RecordComponent component : row.getClass().getRecordComponents()) {
			if (Pattern.compile("(?<!:):" + component.getName() + "\\b").matcher(sql).find()) {
				statement = bind(statement, component, row);
			}
		}
		return statement;
	}

	private static GenericExecuteSpec bind(GenericExecuteSpec statement, RecordComponent component, Record row) {
		Object value = value(component, row);
		return (value != null)
				? statement.bind(component.getName(), value)
				: statement.bindNull(component.getName(), component.getType());
	}

	private static @Nullable Object value(RecordComponent component, Record row) {
		try {
			component.getAccessor().setAccessible(true);
			return component.getAccessor().invoke(row);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
