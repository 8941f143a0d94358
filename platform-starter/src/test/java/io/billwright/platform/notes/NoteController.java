package io.billwright.platform.notes;

import java.net.URI;
import java.time.LocalDate;
import java.util.Set;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import org.springframework.http.ResponseEntity;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.Public;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.identity.ServiceOnly;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.validation.EndOf;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.SharedAnswer;

@RestController
class NoteController {

	private final Notes notes;

	private final TransactionalOperator transaction;

	private final ReadOnlyTransaction reading;

	NoteController(Notes notes, TransactionalOperator transaction, ReadOnlyTransaction reading) {
		this.notes = notes;
		this.transaction = transaction;
		this.reading = reading;
	}

	@PostMapping("/notes")
	@RequiresScope("notes:write")
	Mono<ResponseEntity<Note>> create(@RequestBody NoteRequest request) {
		return this.notes.insert(new Note(new NoteId(Ids.next()), 1, request.title(), request.price()))
				.as(this.transaction::transactional)
				.map((note) -> ResponseEntity.created(URI.create("/notes/" + note.id())).body(note));
	}

	/// Writes and then fails, to show that nothing stays.
	@PostMapping("/notes/accidents")
	@RequiresScope("notes:write")
	Mono<Note> fail(@RequestBody NoteRequest request) {
		return this.notes.insert(new Note(new NoteId(Ids.next()), 1, request.title(), request.price()))
				.then(Mono.<Note>error(() -> new IllegalStateException("secret detail")))
				.as(this.transaction::transactional);
	}

	@PatchMapping("/notes/{id}")
	@RequiresScope("notes:write")
	Mono<Note> update(@PathVariable NoteId id, ExpectedVersion expected, MergePatch patch) {
		return this.notes.require(id).flatMap((note) -> {
			expected.check(note.version());
			NoteRequest changed = patch.apply(new NoteRequest(note.title(), note.price()), NoteRequest.class);
			return this.notes.update(new Note(id, note.version(), changed.title(), changed.price()));
		}).as(this.transaction::transactional);
	}

	@GetMapping("/notes/{id}")
	@SharedAnswer
	@RequiresScope("notes:read")
	Mono<Note> get(@PathVariable NoteId id) {
		return this.notes.require(id).as(this.reading::transactional);
	}

	@GetMapping("/notes")
	@SharedAnswer(maxAge = 5)
	@RequiresScope("notes:read")
	Mono<Page<Note>> list(PageRequest page, @RequestParam(required = false) NoteId like) {
		return this.notes.list(page)
				.as(this.reading::transactional)
				.map((rows) -> Page.of(rows, page, (note) -> Cursor.of(note.id().value())));
	}

	@GetMapping("/notes/matching")
	@RequiresScope("notes:read")
	Mono<Page<Note>> match(@RequestParam @NotBlank String q, @RequestParam(name = "written_from") LocalDate from,
			@RequestParam(name = "written_to", required = false) @EndOf("written_from") LocalDate to,
			@RequestParam(defaultValue = "") @Size(max = 2) Set<Colour> colours,
			@RequestParam(name = "word_count", defaultValue = "1") @Min(1) int words, PageRequest page) {
		return this.notes.list(page)
				.as(this.reading::transactional)
				.map((rows) -> Page.of(rows, page, (note) -> Cursor.of(note.id().value())));
	}

	@PostMapping("/notes/{id}/replacement")
	@RequiresScope("notes:write")
	Mono<Note> replace(@PathVariable NoteId id, ExpectedVersion expected, @RequestBody NoteRequest request) {
		return this.notes.require(id).flatMap((note) -> {
			expected.check(note.version());
			return this.notes.update(new Note(id, note.version(), request.title(), request.price()));
		}).as(this.transaction::transactional);
	}

	@GetMapping("/unguarded")
	@RequiresScope("notes:read")
	Mono<Note> getOutsideOfTransaction() {
		return this.notes.require(new NoteId(Ids.next()));
	}

	@PostMapping("/read-only")
	@RequiresScope("notes:write")
	Mono<Note> writeWhileReading(@RequestBody NoteRequest request) {
		return this.notes.insert(new Note(new NoteId(Ids.next()), 1, request.title(), request.price()))
				.as(this.reading::transactional);
	}

	@GetMapping("/whoami")
	@Authenticated
	Mono<String> whoAmI() {
		return Caller.current().map(Caller::principal);
	}

	@GetMapping("/open")
	@Public
	Mono<String> open() {
		return Caller.current().map((caller) -> caller.kind().claim());
	}

	@GetMapping("/internal/state")
	@ServiceOnly
	Mono<String> internal() {
		return Mono.just("ok");
	}

	enum Colour {

		YELLOW, LIGHT_BLUE, PINK

	}

	record NoteRequest(@NotBlank @Size(max = 40) String title, @NotNull Money price) {}

}
