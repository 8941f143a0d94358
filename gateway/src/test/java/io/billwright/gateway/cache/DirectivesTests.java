package io.billwright.gateway.cache;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DirectivesTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {"max-age=60|60", "MAX-AGE=60|60", "public, max-age=60 |60",
		"max-age=\"60\"|60",
		"max-age=0060|60", "max-age=-1|0", "max-age=1.5|0", "max-age|0", "max-age =60|-1", "no-store|-1",
		"private=\"a, max-age=5\", max-age=60|60", "max-age=60, max-age=5|60",
		"max-age=99999999999999999999|2147483647",
		"a=\"\\\", max-age=5\", max-age=60|60"})
	void secondsWhenWrittenThenAreReadAsTheStandardHasIt(String text, long seconds) {
		assertThat(Directives.of(text).seconds("max-age")).isEqualTo(seconds);
	}

}
