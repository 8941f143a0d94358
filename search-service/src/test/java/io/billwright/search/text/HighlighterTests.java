package io.billwright.search.text;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HighlighterTests {

	@Test
	void highlightWhenWordBeginsWithTermThenMarksTheWord() {
		assertThat(new Highlighter(List.of("mull", "gmbh")).highlight("Müller & Søn GmbH"))
				.isEqualTo("<mark>Müller</mark> &amp; Søn <mark>GmbH</mark>");
	}

	@Test
	void highlightWhenTextIsHtmlThenEscapesIt() {
		assertThat(new Highlighter(List.of("script")).highlight("<script>alert('1')</script>"))
				.isEqualTo("&lt;<mark>script</mark>&gt;alert(&#39;1&#39;)&lt;/<mark>script</mark>&gt;");
	}

	@Test
	void highlightWhenNothingMatchesThenIsNull() {
		Highlighter highlighter = new Highlighter(List.of("acme"));
		assertThat(highlighter.highlight("Globex")).isNull();
		assertThat(highlighter.highlight(null)).isNull();
	}

}
