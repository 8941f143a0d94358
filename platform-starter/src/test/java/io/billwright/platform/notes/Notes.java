package io.billwright.platform.notes;

import java.util.Currency;
import java.util.List;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.PageRequest;

@Component
class Notes {

	private final DatabaseClient database;

	Notes(DatabaseClient database) {
		this.database = database;
	}

	Mono<Note> insert(Note note) {
		return this.database
				.sql("INSERT INTO note (id, version, title, price_minor, price_currency) VALUES ($1, 1, $2, $3, $4)")
				.bind(0, note.id().value())
				.bind(1, note.title())
				.bind(2, note.price().minorUnits())
				.bind(3, note.price().currency().getCurrencyCode())
				.then()
				.thenReturn(note);
	}

	Mono<Note> update(Note note) {
		return this.database.sql("UPDATE note SET title = $1, version = version + 1 WHERE id = $2 AND version = $3")
				.bind(0, note.title())
				.bind(1, note.id().value())
				.bind(2, note.version())
				.fetch()
				.rowsUpdated()
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("note")))
				.thenReturn(new Note(note.id(), note.version() + 1, note.title(), note.price()));
	}

	Mono<Note> require(NoteId id) {
		return this.database.sql("SELECT * FROM note WHERE id = $1")
				.bind(0, id.value())
				.map(Notes::toNote)
				.one()
				.switchIfEmpty(Mono.error(() -> new NotFound("note", id.text())));
	}

	Mono<List<Note>> list(PageRequest page) {
		UUID after = (page.after() == null) ? new UUID(0, 0) : UUID.fromString(page.after().values().getFirst());
		return this.database.sql("SELECT * FROM note WHERE id > $1 ORDER BY id LIMIT $2")
				.bind(0, after)
				.bind(1, page.fetch())
				.map(Notes::toNote)
				.all()
				.collectList();
	}

	private static Note toNote(Readable row) {
		return new Note(new NoteId(row.get("id", UUID.class)), row.get("version", Long.class),
				row.get("title", String.class), new Money(row.get("price_minor", Long.class),
						Currency.getInstance(row.get("price_currency", String.class))));
	}

}
