package io.billwright.search.indexing;

import io.r2dbc.postgresql.codec.Json;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Writes documents of the bound tenant. A row of the same or a higher version stays as it is, so the order and number
/// of deliveries make no difference.
@Repository
class DocumentStore {

	/// Which slots a document goes to.
	enum Reach {

		/// The one that answers and, during a rebuild, the next one: for what happens now.
		LIVE("{active,building}"),

		/// Only the next one: for history.
		REBUILD("{building}");

		private final String states;

		Reach(String states) {
			this.states = states;
		}

	}

	/// Words in one order in every transaction, so that two of them never wait for each other in a circle.
	private static final String WRITE = """
			WITH given AS (
				SELECT * FROM jsonb_to_record($1::jsonb) AS given (id text, version bigint, type text, title text,
					title_key text, subtitle text, status text, amount numeric, currency text, date date, lexemes jsonb,
					words text[])
			), written AS (
				INSERT INTO document (id, slot, version, type, title, title_key, subtitle, status, amount, currency, date,
					lexemes)
				SELECT id, slot, version, type, title, title_key, subtitle, status, amount, currency, date,
					lexemes(lexemes)
				FROM given CROSS JOIN generation WHERE state = ANY ($2::text[])
				ORDER BY slot
				ON CONFLICT (organization_id, live, id, slot) DO UPDATE SET version = excluded.version,
					title = excluded.title, title_key = excluded.title_key, subtitle = excluded.subtitle,
					status = excluded.status, amount = excluded.amount, currency = excluded.currency,
					date = excluded.date, lexemes = excluded.lexemes
				WHERE document.version < excluded.version
				RETURNING slot
			)
			INSERT INTO word (word, slot)
			SELECT DISTINCT word, slot FROM given CROSS JOIN unnest(words) AS word CROSS JOIN written
			ORDER BY word, slot
			ON CONFLICT DO NOTHING""";

	private final DatabaseClient database;

	private final JsonMapper mapper;

	DocumentStore(DatabaseClient database, JsonMapper mapper) {
		this.database = database;
		this.mapper = mapper;
	}

	/// Needs a transaction of the document's tenant.
	Mono<Void> write(Document document, Reach reach) {
		return this.database.sql(WRITE)
				.bind(0, Json.of(this.mapper.writeValueAsString(document)))
				.bind(1, reach.states)
				.then();
	}

}
