package io.billwright.platform.json;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TextsTests {

	@ParameterizedTest
	@ValueSource(strings = {"", "caf\u00e9\n", "\ud83d\ude00", "a\ud83d\ude00\ud83d\ude00b", "\uffff"})
	void textWhenWholeThenCanBeKept(String text) {
		assertThat(Texts.canBeKept(text)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = {"\0", "a\0b", "\ud83d", "\ude00", "\ude00\ud83d", "a\ud83d b", "\ud83d\ud83d\ude00"})
	void textWhenItHasHalvesOrNothingThenCannotBeKept(String text) {
		assertThat(Texts.canBeKept(text)).isFalse();
	}

}
