package io.billwright.search.indexing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.search.text.Words;

/// Collects what a document is found by: words with their places and weights, and marks such as `status=paid` that
/// filter. PostgreSQL's own parser is left out, as it reads `INV-2026-000123` as a word and two negative numbers.
final class Lexemes {

	/// Words of one document; what comes later is not found.
	private static final int WORD_LIMIT = 2_000;

	/// Characters; a longer value cannot be filtered by.
	private static final int MARK_LIMIT = 200;

	private final Map<String, String> places = new LinkedHashMap<>();

	private int place;

	/// @param weight `A` for the title to `D` for the rest
	Lexemes words(char weight, @Nullable String text) {
		if (text != null) {
			for (String word : Words.of(text, WORD_LIMIT - this.place)) {
				this.place++;
				this.places.merge(word, this.place + "" + weight, (first, next) -> first + ',' + next);
			}
		}
		return this;
	}

	/// What the document is found by exactly: an id, a number, an address.
	Lexemes key(@Nullable String text) {
		return mark("key", (text != null) ? Words.key(text) : null);
	}

	Lexemes mark(String name, @Nullable String value) {
		if ((value != null) && !value.isEmpty() && (value.length() <= MARK_LIMIT)) {
			this.places.put(name + '=' + value, "");
		}
		return this;
	}

	/// Words and marks with the places and weights of the words, for example `{"muller": "1A,7D", "status=paid": ""}`.
	Map<String, String> places() {
		return Map.copyOf(this.places);
	}

	/// The words that begin with a letter: those a prefix or a misspelt word is looked up among. Numbers are left out, as
	/// most of them occur once.
	List<String> vocabulary() {
		return this.places.keySet()
				.stream()
				.filter((word) -> Character.isLetter(word.codePointAt(0)) && (word.indexOf('=') < 0))
				.toList();
	}

}
