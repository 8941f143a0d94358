package io.billwright.analytics.moving;

import java.util.Collection;
import java.util.function.Function;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;
import io.billwright.platform.tenancy.Columns;

/// Rows on their way from one shard to another, as JSON: so no table has to be spelled out, and a column that is added to one
/// moves too. Shards have the same tables, and JSON in PostgreSQL keeps decimals and microseconds exactly. Needs a transaction
/// of the shard, or for reading none of the caller's.
final class Rows {

	private Rows() {
	}

	/// The rows' JSON.
	static Flux<String> read(Shard shard, String sql, Object... parameters) {
		return read(shard, (row) -> Columns.required(row, "row", String.class), sql, parameters);
	}

	static <T> Flux<T> read(Shard shard, Function<Readable, T> mapping, String sql, Object... parameters) {
		return shard.reading(Flux.defer(() -> bind(shard, sql, parameters).map(mapping).all()));
	}

	/// Emits the number of rows.
	static Mono<Long> execute(Shard shard, String sql, Object... parameters) {
		return Mono.defer(() -> bind(shard, sql, parameters).fetch().rowsUpdated());
	}

	private static GenericExecuteSpec bind(Shard shard, String sql, Object... parameters) {
		GenericExecuteSpec statement = shard.client().sql(sql);
		for (int at = 0; at < parameters.length; at++) {
			statement = statement.bind(at, parameters[at]);
		}
		return statement;
	}

	/// Inserts rows into a table; none may be there.
	static Mono<Long> insert(Shard shard, String table, Collection<String> rows) {
		return rows.isEmpty()
				? Mono.just(0L)
				: execute(shard, "INSERT INTO %1$s SELECT * FROM jsonb_populate_recordset(NULL::%1$s, $1::jsonb)"
						.formatted(table), array(rows));
	}

	static String array(Collection<String> rows) {
		return "[" + String.join(",", rows) + "]";
	}

}
