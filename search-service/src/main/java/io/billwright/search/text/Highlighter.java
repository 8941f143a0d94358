package io.billwright.search.text;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/// Marks the words that matched.
public final class Highlighter {

	private static final int WORD_LIMIT = 200;

	private final List<String> terms;

	/// @param terms folded words; a word of a text matches when it begins with one of them
	public Highlighter(List<String> terms) {
		this.terms = List.copyOf(terms);
	}

	/// The text as HTML with `<mark>` around each word that matched and everything else escaped; `null` where none did.
	public @Nullable String highlight(@Nullable String text) {
		if (text == null) {
			return null;
		}
		StringBuilder html = new StringBuilder();
		int done = 0;
		for (Words.Word word : Words.in(text, WORD_LIMIT)) {
			if (this.terms.stream().anyMatch(word.folded()::startsWith)) {
				html.append(escape(text.substring(done, word.start())))
						.append("<mark>")
						.append(escape(text.substring(word.start(), word.end())))
						.append("</mark>");
				done = word.end();
			}
		}
		return (done == 0) ? null : html.append(escape(text.substring(done))).toString();
	}

	private static String escape(String text) {
		return HtmlUtils.htmlEscape(text, "UTF-8");
	}

}
