package io.billwright.analytics.meter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.billwright.analytics.usage.Aggregation;

import static org.assertj.core.api.Assertions.assertThat;

class RoundingTests {

	@ParameterizedTest
	@CsvSource({"HALF_UP, 2.345, 2.35", "HALF_UP, -2.345, -2.35", "HALF_EVEN, 2.345, 2.34", "HALF_EVEN, 2.355, 2.36",
		"HALF_DOWN, 2.345, 2.34", "UP, 2.341, 2.35", "DOWN, 2.349, 2.34", "CEILING, -2.349, -2.34",
		"FLOOR, -2.341, -2.35", "HALF_UP, 2, 2.00"})
	void figureWhenRoundedThenFollowsTheMode(Rounding.Mode mode, BigDecimal exact, BigDecimal told) {
		assertThat(meter(new Rounding(2, mode)).told(exact)).isEqualTo(told);
	}

	@Test
	void figureWhenNotRoundedThenIsToldExactly() {
		Meter meter = meter(null);
		assertThat(meter.told(new BigDecimal("1200.50"))).isEqualTo("1200.5");
		assertThat(meter.told(new BigDecimal("1E+3"))).isEqualTo("1000");
		assertThat(meter.told(new BigDecimal("0.1234567890123456785"))).isEqualTo("0.123456789012345679");
	}

	private static Meter meter(@Nullable Rounding rounding) {
		Meter.Counting counting = new Meter.Counting("calls", Aggregation.SUM, null, List.of(), List.of());
		Meter.Details details = new Meter.Details("calls", "Calls", counting, null, rounding);
		return Meter.create(new MeterId(UUID.randomUUID()), details, UUID.randomUUID(), Instant.EPOCH);
	}

}
