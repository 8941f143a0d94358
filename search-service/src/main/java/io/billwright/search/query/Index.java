package io.billwright.search.query;

import java.util.List;
import java.util.Locale;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.search.text.Words;

/// Asks the one database function through which the index is read.
@Repository
class Index {

	private static final String SEARCH = """
			SELECT hits, facets, complete, matched FROM search_documents($1, $2, $3, $4, $5, $6, $7, $8::date, $9::date,
				$10::numeric, $11::numeric, $12::integer, $13::integer, $14::date, $15, $16)""";

	/// Words of a question; further ones are ignored.
	private static final int TERM_LIMIT = 10;

	private final DatabaseClient database;

	private final ReadOnlyTransaction transaction;

	private final JsonMapper mapper;

	Index(DatabaseClient database, ReadOnlyTransaction transaction, JsonMapper mapper) {
		this.database = database;
		this.transaction = transaction;
		this.mapper = mapper;
	}

	/// Emits one answer for the bound tenant.
	///
	/// @param after the last hit of the page before; `null` for the first page
	Mono<Answer> search(Query query, @Nullable Place after, int limit) {
		List<String> terms = Words.of(query.text(), TERM_LIMIT);
		GenericExecuteSpec statement = this.database.sql(SEARCH)
				.bind(0, terms.toArray(String[]::new))
				.bind(1, String.join(" ", terms))
				.bind(2, Words.key(query.text()));
		statement = bind(statement, 3, query.types().stream().map(Index::name).toList());
		statement = bind(statement, 4, query.statuses());
		statement = bind(statement, 5, query.currencies());
		statement = bind(statement, 6, query.customers());
		statement = bind(statement, 7, query.dateFrom());
		statement = bind(statement, 8, query.dateTo());
		statement = bind(statement, 9, query.amountFrom());
		statement = bind(statement, 10, query.amountTo());
		statement = bind(statement, 11, (after != null) ? after.tier() : null);
		statement = bind(statement, 12, (after != null) ? after.score() : null);
		statement = bind(statement, 13, (after != null) ? after.date() : null);
		statement = bind(statement, 14, (after != null) ? after.id() : null);
		return statement.bind(15, limit).map(this::toAnswer).one().as(this.transaction::transactional);
	}

	private static String name(DocumentType type) {
		return type.name().toLowerCase(Locale.ROOT);
	}

	/// Null for any value.
	private static GenericExecuteSpec bind(GenericExecuteSpec statement, int at, List<String> values) {
		return values.isEmpty()
				? statement.bindNull(at, String[].class)
				: statement.bind(at, values.toArray(String[]::new));
	}

	/// As text, which the statement casts.
	private static GenericExecuteSpec bind(GenericExecuteSpec statement, int at, @Nullable Object value) {
		return (value == null) ? statement.bindNull(at, String.class) : statement.bind(at, value.toString());
	}

	private Answer toAnswer(Readable row) {
		return new Answer(read(row, "hits", new TypeReference<>() {
		}), read(row, "facets", new TypeReference<>() {
		}),
				Columns.required(row, "complete", Boolean.class),
				List.of(Columns.required(row, "matched", String[].class)));
	}

	private <T> T read(Readable row, String column, TypeReference<T> type) {
		return this.mapper.readValue(Columns.required(row, column, Json.class).asString(), type);
	}

}
