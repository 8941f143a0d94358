package io.billwright.user.mail;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.web.util.HtmlUtils;

/// Sets a letter in plain text and in HTML.
final class Typesetting {

	private static final String GREETING = "Billwright";

	private final Letter letter;

	private final String link;

	Typesetting(Letter letter, URI consoleUrl) {
		this.letter = letter;
		this.link = (letter.page() != null)
				? consoleUrl.resolve(letter.page() + "?token=" + letter.token()).toString()
				: "";
	}

	String plain() {
		List<String> ending = (this.letter.token() != null)
				? List.of(this.link, "Or enter this code: " + this.letter.token(), GREETING)
				: List.of(GREETING);
		return String.join("\n\n", this.letter.paragraphs()) + "\n\n" + String.join("\n\n", ending) + "\n";
	}

	String html() {
		String paragraphs = this.letter.paragraphs().stream().map(Typesetting::paragraph).collect(Collectors.joining());
		String action = (this.letter.token() == null)
				? ""
				: "<p><a href=\"%1$s\">%1$s</a></p>".formatted(HtmlUtils.htmlEscape(this.link))
						+ paragraph("Or enter this code: " + this.letter.token());
		return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title></head><body>%s</body></html>"
				.formatted(HtmlUtils.htmlEscape(this.letter.subject()), paragraphs + action + paragraph(GREETING));
	}

	private static String paragraph(String text) {
		return "<p>" + HtmlUtils.htmlEscape(text) + "</p>";
	}

}
