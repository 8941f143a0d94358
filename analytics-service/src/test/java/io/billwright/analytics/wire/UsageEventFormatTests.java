package io.billwright.analytics.wire;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat.Unreadable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UsageEventFormatTests {

	private static final String GOOD = """
			{"org":"00000000-0000-0000-0000-000000000001","live":true,"cus":"00000000-0000-0000-0000-000000000002",\
			"met":"calls","key":"k-1","qty":"1.50","ts":1767225600000001,"acc":1767225600123456}""";

	@Test
	void eventWhenWrittenThenReadsTheSame() {
		Map<String, @Nullable Object> nested = new HashMap<>();
		nested.put("none", null);
		nested.put("list", List.of("a", new BigDecimal("1.10"), true, Map.of("deep", "b")));
		UsageEvent event = new UsageEvent(UUID.randomUUID(), false, UUID.randomUUID(), "caf\u00e9 \ud83d\ude00",
				"\"k\\\n",
				new BigDecimal("-0.000000000000000001"), Instant.parse("1969-12-31T23:59:59.999999Z"),
				Instant.parse("2026-01-01T00:00:00.000001Z"), Map.of("nested", nested));
		assertThat(UsageEventFormat.read(UsageEventFormat.write(event))).isEqualTo(event);
		assertThat(UsageEventFormat.readProperties(UsageEventFormat.writeProperties(event.properties())))
				.isEqualTo(event.properties());
	}

	/// The names are a contract with records that wait in the topic.
	@Test
	void eventWhenReadThenHasWhatTheRecordSays() {
		assertThat(read(GOOD)).isEqualTo(new UsageEvent(new UUID(0, 1), true, new UUID(0, 2), "calls", "k-1",
				new BigDecimal("1.50"), Instant.parse("2026-01-01T00:00:00.000001Z"),
				Instant.parse("2026-01-01T00:00:00.123456Z"), Map.of()));
		assertThat(new String(UsageEventFormat.write(read(GOOD)), StandardCharsets.UTF_8)).isEqualTo(GOOD);
		assertThat(read(GOOD.replace("{\"org\"", "{\"new\":{\"a\":[1]},\"org\""))).isEqualTo(read(GOOD));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "[]", "{", "{}", "null", "{\"org\":\"x\"}"})
	void recordWhenItIsNoEventThenIsUnreadable(String json) {
		assertUnreadable(json);
	}

	@Test
	void recordWhenAFieldIsWrongThenIsUnreadable() {
		assertUnreadable(GOOD.replace("\"1.50\"", "\"1e1000000000\""));
		assertUnreadable(GOOD.replace("k-1", "k\\u0000"));
		assertUnreadable(GOOD.replace("\"live\":true,", ""));
		assertUnreadable(GOOD.replace("true", "\"true\""));
		assertUnreadable(GOOD.replace("1767225600000001", "99999999999999999999"));
		assertUnreadable(GOOD.replace("}", ",\"props\":[]}"));
		assertUnreadable(GOOD.replace("}", ",\"props\":{\"a\\u0000\":1}}"));
		assertUnreadable(GOOD.replace("}", ",\"props\":" + "{\"a\":".repeat(50) + "1" + "}".repeat(51)));
		assertUnreadable(GOOD + GOOD);
		assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> UsageEventFormat.read(null));
	}

	private static void assertUnreadable(String json) {
		assertThatExceptionOfType(Unreadable.class).as(json).isThrownBy(() -> read(json));
	}

	private static UsageEvent read(String json) {
		return UsageEventFormat.read(json.getBytes(StandardCharsets.UTF_8));
	}

}
