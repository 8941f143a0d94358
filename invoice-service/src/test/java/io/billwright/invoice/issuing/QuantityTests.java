package io.billwright.invoice.issuing;

import java.math.BigDecimal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class QuantityTests {

	@Test
	void quantitiesWhenEqualInValueThenEqual() {
		assertThat(new Quantity(new BigDecimal("2.0"))).isEqualTo(new Quantity(new BigDecimal("2.00")))
				.hasToString("2");
	}

	@Test
	void quantityWhenRoundThenWrittenPlainly() {
		assertThat(new Quantity(new BigDecimal("1000"))).hasToString("1000");
	}

	@ParameterizedTest
	@ValueSource(strings = {"0", "-1", "1000000000000.1", "0.0000000000001"})
	void quantityWhenOutOfRangeThenRefused(String value) {
		assertThatThrownBy(() -> new Quantity(new BigDecimal(value))).isInstanceOf(IllegalArgumentException.class);
	}

}
