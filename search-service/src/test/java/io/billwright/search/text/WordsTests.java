package io.billwright.search.text;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class WordsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '→', textBlock = """
			Müller & Søn GmbH        → muller son gmbh
			INV-2026-000123          → inv 2026 000123
			Straße Łódź Æther İzmir  → strasse lodz aether izmir
			ΑΘΉΝΑ Киïв               → αθηνα киiв
			ﬁnance ½ ² O'Neill       → finance o neill
			billing@acme.example     → billing acme example
			' :* & | ! <-> \\ "      → ''
			""", quoteCharacter = '^')
	void wordsWhenTextIsFoldedThenLettersAndDigitsStay(String text, String words) {
		assertThat(String.join(" ", Words.of(text, 100))).isEqualTo(words.replace("''", ""));
	}

	@Test
	void wordsWhenLimitedThenTheFirstStay() {
		assertThat(Words.of("one two three", 2)).containsExactly("one", "two");
	}

	@Test
	void wordWhenLongThenIsCut() {
		assertThat(Words.of("x".repeat(1000), 1)).containsExactly("x".repeat(64));
	}

	@Test
	void wordWhenFoundThenTellsItsPlaceInTheText() {
		assertThat(Words.in("Hi, Søn!", 9)).containsExactly(new Words.Word("hi", 0, 2), new Words.Word("son", 4, 7));
	}

	@Test
	void keyWhenFoldedThenKeepsPunctuation() {
		assertThat(Words.key("  INV-2026/É  7 ")).isEqualTo("inv-2026/e 7");
	}

}
