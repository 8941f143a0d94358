package io.billwright.analytics.counting;

import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/// Columns of many rows as parameters of one statement.
final class Statements {

	private Statements() {
	}

	static ArrayText[] columns(int count, int rows, int characters) {
		ArrayText[] columns = new ArrayText[count];
		for (int index = 0; index < count; index++) {
			columns[index] = new ArrayText(rows * characters);
		}
		return columns;
	}

	/// Binds the columns to `$1` and so on.
	static GenericExecuteSpec bind(GenericExecuteSpec statement, ArrayText[] columns) {
		GenericExecuteSpec bound = statement;
		for (int index = 0; index < columns.length; index++) {
			bound = bound.bind(index, columns[index].toString());
		}
		return bound;
	}

}
