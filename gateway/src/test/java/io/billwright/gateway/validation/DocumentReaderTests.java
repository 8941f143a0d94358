package io.billwright.gateway.validation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.platform.failure.FieldError;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// What a document in the platform's own form says of requests, and what it does not say for certain.
class DocumentReaderTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String WIDGETS = "/api/v1/search/widgets";

	private static final String WIDGET = WIDGETS + "/wid_01jdfjmyvefgyrmksf3g5swvar";

	private final Contract contract = new Contract(DocumentReader.read("search-service", document()));

	@ParameterizedTest
	@ValueSource(strings = {"""
			{"name": "a", "part_count": 3, "unit_price": "12.50"}""", """
			{"name": "a", "part_count": 3, "unit_price": 12.5, "nick": null, "colour": null, "tags": null}""", """
			{"name": "a", "part_count": 3.0, "unit_price": "0", "colour": " green ", "price": {"amount": 5}}""", """
			{"name": "a", "part_count": 0, "unit_price": "1", "made_on": [2026, 11, 20], "made_at": 1798761600}""", """
			{"name": "a", "part_count": 0, "unit_price": "1", "colour": "", "tags": ["x", "x", null]}""", """
			{"name": "a", "part_count": 0, "unit_price": "1", "choice": 7, "code": "anything", "phone": "x"}""", """
			{"name": "a", "part_count": 0, "unit_price": "1", "metadata": {"a.b": "c", "d": null}, "parts": [{}]}""",
		"""
				{"name": " ", "part_count": 0, "unit_price": "1", "nick": ""}"""})
	void bodyWhenNothingIsCertainlyWrongThenPasses(String body) {
		assertThat(problems(body)).isEmpty();
	}

	static Stream<Arguments> broken() {
		return Stream.of(arguments("{}", List.of(error("name", "required", "must not be blank"),
				error("part_count", "required", "must not be null"),
				error("unit_price", "required", "must not be null"))),
				arguments("[]", List.of(error("body", "malformed", "is not of the expected form"))),
				arguments("7", List.of(error("body", "malformed", "is not of the expected form"))),
				broken("\"name\": \"\"", error("name", "required", "must not be blank")),
				broken("\"name\": null", error("name", "required", "must not be blank")),
				broken("\"name\": 7", error("name", "malformed", "must be a string")),
				broken("\"name\": \"" + "x".repeat(11) + "\"", error("name", "size", "size must be between 0 and 10")),
				broken("\"nick\": \"xyz\"", error("nick", "size", "size must be between 0 and 2")),
				broken("\"part_count\": \"3\"", error("part_count", "malformed", "must be a whole number")),
				broken("\"part_count\": 3.5", error("part_count", "malformed", "must be a whole number")),
				broken("\"part_count\": -1",
						error("part_count", "out_of_range", "must be greater than or equal to 0")),
				broken("\"part_count\": 100",
						error("part_count", "out_of_range", "must be less than or equal to 99")),
				broken("\"unit_price\": \"cheap\"",
						error("unit_price", "malformed", "must be a plain decimal such as \"12.50\"")),
				broken("\"unit_price\": true",
						error("unit_price", "malformed", "must be a plain decimal such as \"12.50\"")),
				broken("\"currency\": \"eur\"",
						error("currency", "malformed", "must be an ISO 4217 currency code such as \"EUR\"")),
				broken("\"owner_id\": \"wid_01jdfjmyvefgyrmksf3g5swvar\"",
						error("owner_id", "malformed", "must be an id that starts with 'usr_'")),
				broken("\"colour\": \"blue\"", error("colour", "malformed", "must be one of bright_red, green")),
				broken("\"colour\": 1", error("colour", "malformed", "must be one of bright_red, green")),
				broken("\"lid\": {\"kind\": null}", error("lid.kind", "required", "must not be null")),
				broken("\"lid\": {\"kind\": 5}", error("lid.kind", "malformed", "must be one of big, small")),
				broken("\"inclusive\": \"true\"", error("inclusive", "malformed", "must be true or false")),
				broken("\"tags\": \"x\"", error("tags", "malformed", "must be an array")),
				broken("\"tags\": [\"x\", 5]", error("tags[1]", "malformed", "must be a string")),
				broken("\"tags\": [\"x\", \"x\", \"x\", \"x\"]",
						error("tags", "size", "size must be between 0 and 3")),
				broken("\"metadata\": {\"a\": 5}", error("metadata.a", "malformed", "must be a string")),
				broken("\"metadata\": []", error("metadata", "malformed", "is not of the expected form")),
				broken("\"price\": \"5.00\"", error("price", "malformed", "is not of the expected form")),
				broken("\"parts\": [{\"weight\": \"1\"}, {\"wieght\": \"1\"}, {\"weight\": \"a\"}]",
						error("parts[1].wieght", "unknown_field", "is not a field of this request"),
						error("parts[2].weight", "malformed", "must be a plain decimal such as \"12.50\"")),
				broken("\"box\": {\"depth\": \"x\"}", error("box.depth", "malformed", "must be a whole number")),
				broken("\"nmae\": \"x\", \"tags\": 1, \"part_count\": 1e400",
						error("nmae", "unknown_field", "is not a field of this request"),
						error("part_count", "malformed", "must be a whole number"),
						error("tags", "malformed", "must be an array")));
	}

	/// The words are those of the services, as their own tests have them.
	@ParameterizedTest
	@MethodSource("broken")
	void bodyWhenItIsCertainlyWrongThenAllOfItIsToldAsTheServiceWould(String body, List<FieldError> told) {
		assertThat(problems(body)).containsExactlyElementsOf(told);
	}

	@Test
	void numbersWhenHugeThenCostNothing() {
		for (String number : List.of("1e30", "-1e30", "1e1000000000", "123456789012345678901234567890")) {
			assertThat(problems("{\"name\": \"a\", \"unit_price\": \"1\", \"part_count\": %s}".formatted(number)))
					.extracting(FieldError::field)
					.containsOnly("part_count");
		}
	}

	@Test
	void problemsWhenThereAreThousandsThenAHundredAreTold() {
		String parts = "{\"x\": 1},".repeat(5_000);
		assertThat(problems("{\"parts\": [" + parts.substring(0, parts.length() - 1) + "]}")).hasSize(100);
	}

	@Test
	void patchWhenItIsNoObjectThenIsRefused() {
		assertThat(problems("PATCH", WIDGET, "[]"))
				.containsExactly(error("body", "malformed", "must be a JSON object"));
		assertThat(problems("PATCH", WIDGET, "{\"anything\": 7}")).isEmpty();
	}

	@Test
	void bodyWhenOnlyTheServiceKnowsItsFormThenIsNotLookedAt() {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		headers.setContentLength(10);
		assertThat(Objects.requireNonNull(operation("PUT", WIDGET).body()).isReadable(headers, 10)).isFalse();
		assertThat(Objects.requireNonNull(operation("PATCH", WIDGET).body()).isReadable(headers, 10)).isTrue();
		assertThat(Objects.requireNonNull(operation("PATCH", WIDGET).body()).isReadable(headers, 9)).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {"''", "limit=1", "limit=100", "limit=", "unknown=x", "colour=green",
		"colour=green,bright_red", "colour=green&colour=bright_red", "colour=green,+bright_red", "colour=",
		"colour=%00", "colour=GREEN",
		"limit=5&limit=6", "from=2026-11-20", "at=2026-11-20T08:30:00Z", "at=2026-11-20T08%3A30%3A00Z", "open=yes",
		"open=TRUE", "count=+5", "count=0x10", "amount=1e2", "sort=price", "include=everything"})
	void queryWhenItsServiceTakesItThenPasses(String query) {
		assertThat(operation("GET", WIDGETS).problems("q=x&" + query)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {"limit=0|limit|out_of_range|must be a whole number from 1 to 100",
		"limit=abc|limit|out_of_range|must be a whole number from 1 to 100",
		"colour=green,blue|colour|malformed|must be one of bright_red, green",
		"owner_id=usr_1|owner_id|malformed|must be an id that starts with 'usr_'",
		"from=yesterday|from|malformed|must be a date such as \"2026-11-20\"",
		"at=now|at|malformed|must be an instant such as \"2026-11-20T08:30:00Z\"",
		"open=perhaps|open|malformed|must be true or false",
		"count=99999999999|count|malformed|must be a whole number",
		"amount=much|amount|malformed|must be a plain decimal such as \"12.50\""})
	void queryWhenAParameterIsWrongThenIsToldAsTheServiceWould(String query, String field, String code,
			String message) {
		assertThat(operation("GET", WIDGETS).problems("q=x&" + query))
				.containsExactly(error(field, code, message));
	}

	@Test
	void queryWhenItLacksSomethingThenThatAndWhatElseIsWrongIsTold() {
		assertThat(operation("GET", WIDGETS).problems("limit=0&open=x"))
				.extracting(FieldError::field)
				.containsExactlyInAnyOrder("q", "limit", "open");
	}

	@Test
	void pathWhenItsIdCannotBeOneThenNamesNothing() {
		assertThat(operation("GET", WIDGET).nothing(WIDGET)).isNull();
		assertThat(operation("GET", WIDGETS + "/17").nothing(WIDGETS + "/17")).isEqualTo("17");
		assertThat(operation("GET", WIDGETS + "/x/parts/17").nothing(WIDGETS + "/x/parts/17")).isEqualTo("x");
		assertThat(operation("GET", WIDGETS + "/%77id").nothing(WIDGETS + "/%77id")).as("escaped").isNull();
	}

	@Test
	void operationWhenNotDescribedOrOnlyForOperatorsThenIsNotKnown() {
		assertThat(this.contract.find("GET", "/api/v1/search/other")).isNull();
		assertThat(this.contract.find("DELETE", WIDGETS)).isNull();
		assertThat(this.contract.find("GET", WIDGETS + "/")).as("an empty segment is no id").isNotNull();
		assertThat(this.contract.find("POST", "/api/v1/search/admin")).isNull();
		assertThat(operation("POST", WIDGETS + "/preview").name()).isEqualTo("POST " + WIDGETS + "/preview");
		assertThat(operation("GET", WIDGET + "/parts/" + "prt_x").name())
				.isEqualTo("GET " + WIDGETS + "/{id}/parts/{part}");
	}

	private List<FieldError> problems(String body) {
		return problems("POST", WIDGETS, body);
	}

	private List<FieldError> problems(String method, String path, String body) {
		return Objects.requireNonNull(operation(method, path).body()).problems(JSON.readTree(body));
	}

	private Operation operation(String method, String path) {
		return Objects.requireNonNull(find(method, path), () -> method + ' ' + path);
	}

	private @Nullable Operation find(String method, String path) {
		return this.contract.find(method, path);
	}

	private static Arguments broken(String field, FieldError... told) {
		String name = field.startsWith("\"name\"") ? "" : "\"name\": \"a\", ";
		String count = field.contains("\"part_count\"") ? "" : "\"part_count\": 1, ";
		String price = field.startsWith("\"unit_price\"") ? "" : "\"unit_price\": \"1\", ";
		return arguments("{" + name + count + price + field + "}", List.of(told));
	}

	private static FieldError error(String field, String code, String message) {
		return new FieldError(field, code, message);
	}

	static ObjectNode document() {
		try (var stream = new ClassPathResource("widgets.json", DocumentReaderTests.class).getInputStream()) {
			return (ObjectNode) JSON.readTree(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
