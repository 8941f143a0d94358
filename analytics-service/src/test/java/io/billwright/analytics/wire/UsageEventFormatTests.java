package io.billwright.analytics.wire;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
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

	/// Version and mode, organization and customer, the two times, `calls`, `k-1` and `1.50`.
	private static final String GOOD = """
			0101 00000000000000000000000000000001 00000000000000000000000000000002 0006474846204001 0006474846222240
			0005 63616c6c73 0003 6b2d31 0004 312e3530""".replaceAll("\\s", "");

	private static final UsageEvent EVENT = new UsageEvent(new UUID(0, 1), true, new UUID(0, 2), "calls", "k-1",
			new BigDecimal("1.50"), Instant.parse("2026-01-01T00:00:00.000001Z"),
			Instant.parse("2026-01-01T00:00:00.123456Z"), Map.of());

	@Test
	void eventWhenWrittenThenReadsTheSame() {
		Map<String, @Nullable Object> nested = new HashMap<>();
		nested.put("none", null);
		nested.put("list", List.of("a", new BigDecimal("1.10"), true, Map.of("deep", "b")));
		UsageEvent event = new UsageEvent(UUID.randomUUID(), false, UUID.randomUUID(), "caf\u00e9 \ud83d\ude00",
				"\"k\\\n",
				new BigDecimal("-0.000000000000000001"), Instant.parse("1969-12-31T23:59:59.999999Z"),
				Instant.parse("2026-01-01T00:00:00.000001Z"), Map.of("nested", nested));
		UsageEvent read = UsageEventFormat.read(UsageEventFormat.write(event));
		assertThat(read).isEqualTo(event);
		assertThat(UsageEventFormat.read(UsageEventFormat.write(read))).isEqualTo(event);
		assertThat(PropertiesFormat.read(PropertiesFormat.toText(event.properties()))).isEqualTo(event.properties());
	}

	/// The form is a contract with records that wait in the topic.
	@Test
	void eventWhenReadThenHasWhatTheRecordSays() {
		assertThat(read(GOOD)).isEqualTo(EVENT);
		assertThat(HexFormat.of().formatHex(UsageEventFormat.write(EVENT))).isEqualTo(GOOD);
		assertThat(read(GOOD + hex("{\"a\" : [1]}")).properties()).isEqualTo(Map.of("a", List.of(BigDecimal.ONE)));
	}

	@Test
	void recordWhenItEndsTooEarlyThenIsUnreadable() {
		byte[] whole = HexFormat.of().parseHex(GOOD);
		for (int length = 0; length < whole.length; length++) {
			byte[] begun = Arrays.copyOf(whole, length);
			assertThatExceptionOfType(Unreadable.class).as("%d bytes", length)
					.isThrownBy(() -> UsageEventFormat.read(begun));
		}
		assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> UsageEventFormat.read(null));
	}

	@Test
	void recordWhenAFieldIsWrongThenIsUnreadable() {
		assertUnreadable("02" + GOOD.substring(2));
		assertUnreadable("0102" + GOOD.substring(4));
		assertUnreadable(hex("{\"org\":\"x\"}"));
		assertUnreadable(GOOD.replace(hex("1.50"), hex("1e99")));
		assertUnreadable(GOOD.replace(hex("k-1"), hex("k-\0")));
		assertUnreadable(GOOD.replace("0003" + hex("k-1"), "ffff" + hex("k-1")));
	}

	@ParameterizedTest
	@ValueSource(strings = {"[]", "{", "x", "null", "{}{}", "{\"a\\u0000\":1}", "{\"a\":\"\\u0000\"}"})
	void propertiesWhenTheyAreNoneThenAreUnreadable(String json) {
		assertUnreadableProperties(json);
	}

	@Test
	void propertiesWhenTooDeepThenAreUnreadable() {
		assertUnreadableProperties("{\"a\":".repeat(50) + "1" + "}".repeat(50));
	}

	private static void assertUnreadableProperties(String json) {
		Map<String, @Nullable Object> properties = read(GOOD + hex(json)).properties();
		assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> properties.get("a"));
	}

	private static void assertUnreadable(String hex) {
		assertThatExceptionOfType(Unreadable.class).as(hex).isThrownBy(() -> read(hex));
	}

	private static UsageEvent read(String hex) {
		return UsageEventFormat.read(HexFormat.of().parseHex(hex));
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
	}

}
