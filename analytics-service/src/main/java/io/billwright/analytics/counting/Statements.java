package io.billwright.analytics.counting;

import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

import io.billwright.analytics.counting.BinaryArray.ElementType;

/// Columns of many rows as parameters of one statement.
final class Statements {

	private Statements() {
	}

	static BinaryArray[] columns(int rows, ElementType... types) {
		BinaryArray[] columns = new BinaryArray[types.length];
		for (int index = 0; index < types.length; index++) {
			columns[index] = new BinaryArray(types[index], rows);
		}
		return columns;
	}

	/// Binds the columns to `$1` and so on.
	static GenericExecuteSpec bind(GenericExecuteSpec statement, BinaryArray[] columns) {
		GenericExecuteSpec bound = statement;
		for (int index = 0; index < columns.length; index++) {
			bound = bound.bind(index, columns[index]);
		}
		return bound;
	}

}
