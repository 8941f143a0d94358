package io.billwright.analytics.usage;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.billwright.analytics.usage.Metering.Filter;
import io.billwright.analytics.usage.Metering.Filter.Operator;
import io.billwright.analytics.usage.Metering.Reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MeteringTests {

	private static final UUID ORGANIZATION = UUID.randomUUID();

	private static final Instant AT = Instant.parse("2026-03-01T10:15:30.123456Z");

	@Test
	void readWhenEventIsOfOtherOrganizationModeOrMetricThenIsNothing() {
		Metering meter = meter(Aggregation.SUM, null, List.of(), List.of());
		assertThat(meter.read(event("calls", Map.of()))).isPresent();
		assertThat(meter.read(event("storage", Map.of()))).isEmpty();
		assertThat(new Metering(meter.id(), meter.organization(), false, "calls", Aggregation.SUM, null, List.of(),
				List.of()).read(event("calls", Map.of()))).isEmpty();
		assertThat(new Metering(meter.id(), UUID.randomUUID(), true, "calls", Aggregation.SUM, null, List.of(),
				List.of()).read(event("calls", Map.of()))).isEmpty();
	}

	@Test
	void readWhenPropertyIsTheValueThenTakesNumbersAndTheirTexts() {
		Metering meter = meter(Aggregation.SUM, "bytes", List.of(), List.of());
		assertThat(sum(meter, new BigDecimal("12.50"))).isEqualTo(new BigDecimal("12.5"));
		assertThat(sum(meter, "12.50")).isEqualTo(new BigDecimal("12.5"));
		assertThat(sum(meter, "twelve")).isNull();
		assertThat(sum(meter, "1e5")).isNull();
		assertThat(sum(meter, new BigDecimal("1e1000000000"))).isNull();
		assertThat(sum(meter, true)).isNull();
		assertThat(sum(meter, null)).isNull();
		assertThat(meter.read(event("calls", Map.of()))).isEmpty();
		assertThat(meter(Aggregation.COUNT, "bytes", List.of(), List.of()).read(event("calls", Map.of())))
				.isPresent();
	}

	@Test
	void readWhenFiltersAreGivenThenAllMustPass() {
		Metering meter = meter(Aggregation.COUNT, null,
				List.of(new Filter("status", Operator.IN, List.of("200", "201")),
						new Filter("region", Operator.NOT_IN, List.of("test"))),
				List.of());
		assertThat(meter.read(event("calls", Map.of("status", new BigDecimal("200.0"))))).isPresent();
		assertThat(meter.read(event("calls", Map.of("status", "201", "region", "eu")))).isPresent();
		assertThat(meter.read(event("calls", Map.of("status", "201", "region", "test")))).isEmpty();
		assertThat(meter.read(event("calls", Map.of("region", "eu")))).isEmpty();
	}

	@Test
	void readWhenDimensionsAreGivenThenGroupsByTheirTexts() {
		Metering meter = meter(Aggregation.COUNT, null, List.of(), List.of("tier", "region"));
		assertThat(group(meter, Map.of("region", "e\"u\\\n\u00e4", "tier", new BigDecimal("1.0"))))
				.isEqualTo("{\"region\":\"e\\\"u\\\\\\u000a\u00e4\",\"tier\":\"1\"}");
		assertThat(group(meter, Map.of("tier", List.of("a")))).isEqualTo("{\"region\":null,\"tier\":null}");
		assertThat(group(meter(Aggregation.COUNT, null, List.of(), List.of()), Map.of("tier", "a"))).isEmpty();
	}

	@Test
	void readWhenGroupIsLongThenIsCutAndStillTellsApart() {
		Metering meter = meter(Aggregation.UNIQUE_COUNT, "name", List.of(), List.of("name"));
		String common = "\ud83d\ude00".repeat(500);
		Reading one = meter.read(event("calls", Map.of("name", common + "1"))).orElseThrow();
		Reading other = meter.read(event("calls", Map.of("name", common + "2"))).orElseThrow();
		assertThat(one.unique()).hasSizeLessThanOrEqualTo(PropertyText.MAX_LENGTH).isNotEqualTo(other.unique());
		assertThat(one.group()).isNotEqualTo(other.group());
		assertThat(one.group().getBytes(java.nio.charset.StandardCharsets.UTF_8).length).isLessThan(500);
	}

	@Test
	void meteringWhenDimensionsAreTooManyThenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> meter(Aggregation.COUNT, null, List.of(), List.of("a", "b", "c", "d", "e", "f")));
		assertThatIllegalArgumentException()
				.isThrownBy(() -> meter(Aggregation.COUNT, null, List.of(), List.of("a".repeat(65))));
	}

	private static @Nullable BigDecimal sum(Metering meter, @Nullable Object value) {
		Map<String, @Nullable Object> properties = new HashMap<>();
		properties.put("bytes", value);
		Optional<Reading> reading = meter.read(event("calls", properties));
		return reading.isPresent() ? reading.get().measure().sum() : null;
	}

	private static String group(Metering meter, Map<String, @Nullable Object> properties) {
		return meter.read(event("calls", properties)).orElseThrow().group();
	}

	private static Metering meter(Aggregation aggregation, @Nullable String property, List<Filter> filters,
			List<String> dimensions) {
		return new Metering(UUID.randomUUID(), ORGANIZATION, true, "calls", aggregation, property, filters, dimensions);
	}

	private static UsageEvent event(String metric, Map<String, @Nullable Object> properties) {
		return new UsageEvent(ORGANIZATION, true, UUID.randomUUID(), metric, "k", BigDecimal.TEN, AT, AT, properties);
	}

}
