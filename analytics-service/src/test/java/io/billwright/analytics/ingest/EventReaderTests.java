package io.billwright.analytics.ingest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.json.MalformedJson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class EventReaderTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final String GOOD = """
			{"idempotency_key":"k-1","customer":"cus-7","metric":"api_call","quantity":"2.50",
			 "timestamp":"2026-11-21T11:59:00.5Z","properties":{"region":"eu","ms":12.5,"cold":false,"note":null}}""";

	@Test
	void eventWhenCompleteThenIsReadExactly() {
		assertThat(read(Form.JSON, GOOD)).containsExactly(new Item.WellFormed("k-1", false, "cus-7", "api_call",
				new BigDecimal("2.50"), Instant.parse("2026-11-21T11:59:00.5Z"),
				Map.of("region", "eu", "ms", new BigDecimal("12.5"), "cold", false)));
	}

	@Test
	void eventWhenOnlyWhatItNeedsThenCountsOneNow() {
		assertThat(read(Form.JSON, "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"metric\":\"m\"}"))
				.containsExactly(new Item.WellFormed("k", false, "c", "m", BigDecimal.ONE, NOW, Map.of()));
	}

	@Test
	void keyWhenNullThenIsMadeAndWhenAbsentOnlyWhereNotRequired() {
		String withNull = "{\"idempotency_key\":null,\"customer\":\"c\",\"metric\":\"m\"}";
		String without = "{\"customer\":\"c\",\"metric\":\"m\"}";
		Item made = new Item.WellFormed("new", true, "c", "m", BigDecimal.ONE, NOW, Map.of());
		assertThat(read(Form.JSON, withNull)).containsExactly(made);
		assertThat(new EventReader(Form.JSON, false, NOW, () -> "new").read(without.getBytes(UTF_8)))
				.containsExactly(made);
		assertThat(problems(without)).containsExactly("idempotency_key required");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"idempotency_key":7                           | idempotency_key malformed
			"idempotency_key":""                          | idempotency_key size
			"idempotency_key":{"a":[1]}                   | idempotency_key malformed
			"idempotency_key":"a\\u0000b"                 | idempotency_key malformed
			"idempotency_key":"a\\ud800b"                 | idempotency_key malformed
			"customer":""                                 | customer size
			"customer":["c"]                              | customer malformed
			"customer":null                               | customer required
			"metric":true                                 | metric malformed
			"metric":"a\\nb"                              | metric malformed
			"quantity":"1e9"                              | quantity malformed
			"quantity":1e9                                | quantity malformed
			"quantity":"one"                              | quantity malformed
			"quantity":" 1"                               | quantity malformed
			"quantity":"+1"                               | quantity malformed
			"quantity":1234567890123456789                | quantity malformed
			"quantity":0.1234567890123456789              | quantity malformed
			"quantity":[1]                                | quantity malformed
			"quantity":true                               | quantity malformed
			"timestamp":1763726400                        | timestamp malformed
			"timestamp":"2026-11-21"                      | timestamp malformed
			"timestamp":"2026-11-21T12:00:00"             | timestamp malformed
			"timestamp":"2026-10-17T11:59:59.999999Z"     | timestamp timestamp_too_old
			"timestamp":"2026-11-21T12:05:00.000001Z"     | timestamp timestamp_in_future
			"properties":[]                               | properties malformed
			"properties":{"a":{"b":1}}                    | properties.a malformed
			"properties":{"a":[1,[2]]}                    | properties.a malformed
			"properties":{"":1}                           | properties size
			"properties":{"a":1e400000000}                | properties.a malformed
			"properties":{"a":"x\\u0000"}                 | properties.a malformed
			"properties":{"a":"\\udc00\\ud800"}           | properties.a malformed
			"properties":{"a":1,"a":2}                    | properties.a malformed
			"quantity":1,"quantity":2                     | quantity malformed
			"customer":"a","customer":"b"                 | customer malformed
			"price":1                                     | price unknown_field
			""")
	void eventWhenOneThingIsWrongThenIsRejectedWithFieldAndCode(String field, String problem) {
		assertThat(problems(with(field))).containsExactly(problem);
	}

	@Test
	void eventWhenSeveralThingsAreWrongThenAllAreTold() {
		assertThat(problems("{\"quantity\":\"x\",\"timestamp\":1,\"surprise\":{}}")).containsExactlyInAnyOrder(
				"quantity malformed", "timestamp malformed", "surprise unknown_field", "idempotency_key required",
				"customer required", "metric required");
	}

	@Test
	void eventWhenAtItsLimitsThenIsGoodAndOneBeyondIsNot() {
		assertThat(problems(with("\"timestamp\":\"2026-10-17T12:00:00Z\""))).isEmpty();
		assertThat(problems(with("\"timestamp\":\"2026-11-21T12:05:00Z\""))).isEmpty();
		assertThat(problems(with("\"quantity\":\"-123456789012345678.123456789012345678\""))).isEmpty();
		assertThat(problems(with("\"customer\":\"" + "c".repeat(255) + "\""))).isEmpty();
		assertThat(problems(with("\"customer\":\"" + "c".repeat(256) + "\""))).containsExactly("customer size");
		assertThat(problems(with("\"metric\":\"" + "m".repeat(100) + "\""))).isEmpty();
		assertThat(problems(with("\"metric\":\"" + "m".repeat(101) + "\""))).containsExactly("metric size");
		assertThat(problems(with("\"idempotency_key\":\"" + "k".repeat(255) + "\""))).isEmpty();
		assertThat(problems(with("\"idempotency_key\":\"" + "k".repeat(256) + "\"")))
				.containsExactly("idempotency_key size");
		assertThat(problems(with("\"properties\":" + properties(50)))).isEmpty();
		assertThat(problems(with("\"properties\":" + properties(51)))).containsExactly("properties size");
		assertThat(problems(with("\"properties\":{\"a\":\"" + "v".repeat(512) + "\"}"))).isEmpty();
		assertThat(problems(with("\"properties\":{\"a\":\"" + "v".repeat(513) + "\"}")))
				.containsExactly("properties.a size");
	}

	/// A number of a million digits, or nesting to the hundreds, is one event's problem.
	@Test
	void eventWhenMonstrousThenSpoilsNoOther() {
		String deep = "[".repeat(400) + "]".repeat(400);
		List<Item> items = read(Form.JSON, "[%s,%s,%s,%s,7,%s]".formatted(GOOD,
				with("\"quantity\":" + "9".repeat(1_000_000)), with("\"properties\":{\"a\":" + deep + "}"),
				with("\"x\":" + deep), GOOD));
		assertThat(items).extracting((item) -> item instanceof Item.WellFormed).containsExactly(true, false, false,
				false, false, true);
	}

	@Test
	void itemsWhenMixedThenKeepTheirPlacesAndKeys() {
		List<Item> items = read(Form.JSON, "[" + GOOD + ",{\"idempotency_key\":\"k-2\"}, null ," + GOOD + "]");
		assertThat(items).extracting(Item::key).containsExactly("k-1", "k-2", null, "k-1");
		assertThat(items.get(2)).isInstanceOf(Item.Malformed.class);
	}

	@Test
	void linesWhenSomeAreNoJsonThenTheOthersAreRead() {
		String line = GOOD.replace("\n", "");
		List<Item> items = read(Form.LINES, "\n" + line + "\r\n  \n{\"customer\":\n" + line + line + "\n[]\n" + line);
		assertThat(items).hasSize(5);
		assertThat(items).extracting((item) -> item instanceof Item.WellFormed).containsExactly(true, false, false,
				false, true);
		assertThat(items.get(1)).isEqualTo(Item.Malformed.of(null, "event", "malformed_json",
				"is not one JSON value on one line"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"hello", "{", "[{}", "[{},]", "{} {}", "{\"a\":1}x", "{'a':1}", "[1,2", "nul"})
	void bodyWhenNoJsonThenIsRefusedAsAWhole(String body) {
		assertThatExceptionOfType(MalformedJson.class).isThrownBy(() -> read(Form.JSON, body));
		assertThatExceptionOfType(MalformedJson.class)
				.isThrownBy(() -> read(Form.LINES, body.replace("{} {}", "?").replace("{\"a\":1}x", "?")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			JSON         | ''  | required
			JSON         | []  | required
			JSON         | 7   | malformed
			JSON         | null| malformed
			LINES        | ' ' | required
			CLOUD_EVENT  | []  | malformed
			CLOUD_EVENTS | {}  | malformed
			CLOUD_EVENTS | []  | required
			""")
	void bodyWhenWithoutEventsThenIsRefusedAsAWhole(Form form, String body, String code) {
		assertThatExceptionOfType(Invalid.class).isThrownBy(() -> read(form, body))
				.satisfies((invalid) -> assertThat(invalid.fields())
						.extracting(FieldError::field, FieldError::code)
						.containsExactly(tuple("body", code)));
	}

	@ParameterizedTest
	@CsvSource({"JSON", "LINES"})
	void bodyWhenOfTenThousandEventsThenIsReadAndOfOneMoreIsRefused(Form form) {
		String separator = (form == Form.JSON) ? "," : "\n";
		String good = IntStream.range(0, 10_000).mapToObj((i) -> "{}").collect(Collectors.joining(separator));
		String more = good + separator + "{}";
		assertThat(read(form, (form == Form.JSON) ? "[" + good + "]" : good)).hasSize(10_000);
		assertThatThrownBy(() -> read(form, (form == Form.JSON) ? "[" + more + "]" : more))
				.isInstanceOf(IngestFailure.TooManyEvents.class);
	}

	@Test
	void cloudEventWhenWellFormedThenItsAttributesAreTheEvents() {
		String event = """
				{"specversion":"1.0","id":"A-17","source":"/gateways/eu","type":"api_call","subject":"cus-7",
				 "time":"2026-11-21T11:00:00+01:00","datacontenttype":"application/json","traceparent":"00-1","n":{"a":[]},
				 "data":{"quantity":3,"region":"eu"}}""";
		Item item = new Item.WellFormed("/gateways/eu A-17", false, "cus-7", "api_call", new BigDecimal("3"),
				Instant.parse("2026-11-21T10:00:00Z"), Map.of("region", "eu"));
		assertThat(read(Form.CLOUD_EVENT, event)).containsExactly(item);
		assertThat(read(Form.CLOUD_EVENTS, "[" + event + "," + event + "]")).containsExactly(item, item);
	}

	@Test
	void cloudEventWhenIncompleteThenIsToldInItsOwnWords() {
		assertThat(problems(Form.CLOUD_EVENT, "{\"specversion\":\"0.3\",\"data_base64\":\"AA==\",\"time\":\"now\"}"))
				.containsExactlyInAnyOrder("specversion unknown_value", "data_base64 malformed", "time malformed",
						"id required", "source required", "subject required", "type required");
		assertThat(problems(Form.CLOUD_EVENT, """
				{"specversion":"1.0","id":"%s","source":"s","type":"t","subject":"c","data":{"quantity":"x","p":[]}}"""
				.formatted("i".repeat(254)))).containsExactlyInAnyOrder("id size", "data.quantity malformed",
						"data.p malformed");
	}

	/// Whatever a well-formed event holds comes back, however it is written.
	@Test
	void eventWhenAnyThatIsWellFormedThenIsReadBack() {
		Random random = new Random(7);
		JsonMapper mapper = JsonMapper.shared();
		for (int i = 0; i < 2_000; i++) {
			BigDecimal quantity = new BigDecimal(new BigInteger(59, random), random.nextInt(18));
			Instant timestamp = NOW.minus(Duration.ofSeconds(random.nextInt(35 * 86_400)));
			String key = text(random, 255);
			String customer = text(random, 255);
			String value = text(random, 512);
			String json = mapper.writeValueAsString(Map.of("idempotency_key", key, "customer", customer, "metric", "m",
					"quantity", quantity.toPlainString(), "timestamp", timestamp.toString(), "properties",
					Map.of("p", value)));
			assertThat(read(Form.JSON, json)).containsExactly(
					new Item.WellFormed(key, false, customer, "m", quantity, timestamp, Map.of("p", value)));
		}
	}

	/// One to so many printable characters of the whole basic plane.
	private static String text(Random random, int limit) {
		return random.ints(1 + random.nextInt(limit), 0, 0xd800 - 0x80)
				.map((at) -> (at < 0x7f - ' ') ? at + ' ' : at + 0x80)
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString();
	}

	private static String properties(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "\"p" + i + "\":" + i)
				.collect(Collectors.joining(",", "{", "}"));
	}

	/// A good event in which the named fields are others.
	private static String with(String fields) {
		StringBuilder event = new StringBuilder("{").append(fields);
		Map.of("idempotency_key", "k", "customer", "c", "metric", "m").forEach((name, value) -> {
			if (!fields.contains("\"" + name + "\"")) {
				event.append(",\"").append(name).append("\":\"").append(value).append('"');
			}
		});
		return event.append('}').toString();
	}

	private static List<String> problems(String event) {
		return problems(Form.JSON, event);
	}

	private static List<String> problems(Form form, String event) {
		return read(form, event).getFirst() instanceof Item.Malformed(String key, List<FieldError> problems)
				? problems.stream().map((problem) -> problem.field() + " " + problem.code()).toList()
				: List.of();
	}

	private static List<Item> read(Form form, String body) {
		return new EventReader(form, true, NOW, () -> "new").read(body.getBytes(UTF_8));
	}

}
