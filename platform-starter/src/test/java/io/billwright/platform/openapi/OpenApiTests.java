package io.billwright.platform.openapi;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.BooleanNode;

import io.billwright.platform.identity.OperatorOnly;
import io.billwright.platform.identity.Public;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.identity.ServiceOnly;
import io.billwright.platform.ids.TypedId;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(classes = OpenApiTests.Application.class, properties = "spring.application.name=openapi-tests")
class OpenApiTests {

	@Autowired
	private WebTestClient client;

	@Autowired
	private JsonMapper json;

	private JsonNode api;

	@BeforeEach
	void read() {
		byte[] body = this.client.get().uri("/v3/api-docs").exchange().expectStatus().isOk().expectBody().returnResult()
				.getResponseBody();
		this.api = this.json.readTree(body);
	}

	@Test
	void documentWhenReadThenIsOpenApi31OfThisServer() {
		assertThat(this.api.path("openapi").asString()).startsWith("3.1");
		assertThat(this.api.at("/servers/0/url").asString()).isEqualTo("/");
		assertThat(this.api.at("/info/license/identifier").asString()).isEqualTo("Apache-2.0");
	}

	@Test
	void documentWhenLintedThenHasNoComplaints() {
		assertThat(lint()).isEmpty();
		assertThat(operations()).hasSize(6);
	}

	@Test
	void schemaWhenOfARecordThenNamedAsJacksonWritesIt() {
		JsonNode view = schema("WidgetView");
		assertThat(view.path("properties").propertyNames()).containsExactlyInAnyOrder("id", "unit_price", "created_at",
				"part_count", "colour", "nick_name", "issued_on", "parts");
		assertThat(texts(view.path("required"))).contains("id", "unit_price", "created_at", "colour", "parts")
				.doesNotContain("nick_name");
		assertThat(view.at("/properties/id/pattern").asString()).startsWith("^wid_");
		assertThat(view.at("/properties/id/example").asString()).startsWith("wid_").hasSize(30);
		assertThat(view.at("/properties/unit_price/$ref").asString()).isEqualTo("#/components/schemas/Money");
		assertThat(view.at("/properties/created_at/format").asString()).isEqualTo("date-time");
		assertThat(texts(view.at("/properties/colour/enum"))).containsExactly("bright_red", "green");
		assertThat(texts(view.at("/properties/nick_name/type"))).containsExactlyInAnyOrder("string", "null");
		assertThat(texts(view.at("/properties/issued_on/type"))).containsExactlyInAnyOrder("string", "null");
		assertThat(view.has("additionalProperties")).isFalse();
		assertThat(view.at("/properties/parts/items/$ref").asString()).isEqualTo("#/components/schemas/WidgetViewPart");
		assertThat(texts(schema("Money").path("required"))).containsExactly("amount", "currency");
	}

	@Test
	void schemaWhenOfARequestThenOnlyConstraintsRequire() {
		assertThat(texts(schema("WidgetRequest").path("required"))).containsExactly("display_name", "labels");
	}

	/// The gateway refuses what a document says no service takes.
	@Test
	void schemaWhenOfARequestThenSaysWhatIsRefused() {
		JsonNode request = schema("WidgetRequest");
		assertThat(request.path("additionalProperties")).isEqualTo(BooleanNode.FALSE);
		assertThat(request.at("/properties/display_name/minLength").asInt()).isEqualTo(1);
		assertThat(request.at("/properties/display_name/maxLength").asInt()).isEqualTo(20);
		assertThat(request.at("/properties/labels/minItems").asInt()).isEqualTo(1);
		assertThat(schema("WidgetRequestLabel").path("additionalProperties")).isEqualTo(BooleanNode.FALSE);
		assertThat(schema("WidgetRequestLabel").has("required")).isFalse();
	}

	@Test
	void problemWhenItBlamesNoFieldThenKeepsToTheDocument() {
		assertThat(texts(schema("Problem").path("required"))).contains("code", "status").doesNotContain("errors");
	}

	@Test
	void operationWhenOnlyForOperatorsThenSaysSo() {
		assertThat(this.api.at("/paths/~1api~1v1~1widgets~1{id}~1polish/post/x-operator-only").asBoolean()).isTrue();
		assertThat(this.api.at("/paths/~1api~1v1~1widgets/post").has("x-operator-only")).isFalse();
	}

	@Test
	void writeWhenDescribedThenTellsHowItIsGuarded() {
		JsonNode create = this.api.at("/paths/~1api~1v1~1widgets/post");
		assertThat(create.path("operationId").asString()).isEqualTo("widgets_create");
		assertThat(create.path("summary").asString()).isEqualTo("Create a widget");
		assertThat(create.path("description").asString()).contains("`widgets:write`");
		assertThat(texts(create.path("tags"))).containsExactly("widgets");
		assertThat(create.at("/responses/201/headers/Location").isObject()).isTrue();
		assertThat(references(create)).contains("#/components/parameters/idempotency_key");
		JsonNode change = this.api.at("/paths/~1api~1v1~1widgets~1{id}/patch");
		assertThat(references(change)).contains("#/components/parameters/if_match");
		assertThat(change.at("/requestBody/content").propertyNames())
				.containsExactlyInAnyOrder("application/merge-patch+json", "application/json");
		assertThat(change.at("/responses/412").isObject()).isTrue();
	}

	@Test
	void listWhenDescribedThenTellsHowItIsPaged() {
		JsonNode list = this.api.at("/paths/~1api~1v1~1widgets/get");
		assertThat(references(list)).contains("#/components/parameters/limit", "#/components/parameters/cursor",
				"#/components/parameters/include");
		assertThat(list.findValuesAsString("name")).containsExactly("colour", "sort");
		assertThat(list.at("/parameters/0/schema/enum/0").asString()).isEqualTo("bright_red");
		assertThat(texts(list.at("/parameters/1/schema/enum"))).containsExactly("name", "-name", "created_at",
				"-created_at");
	}

	@Test
	void failuresWhenDescribedThenAreProblems() {
		assertThat(
				this.api.at("/components/responses/not_found/content/application~1problem+json/schema/$ref").asString())
				.isEqualTo("#/components/schemas/Problem");
		assertThat(schema("Problem").path("properties").propertyNames()).contains("type", "code", "errors",
				"request_id");
		operations().forEach((operation) -> assertThat(operation.path("responses").propertyNames())
				.contains("400", "429", "500", "503"));
	}

	@Test
	void operationWhenPublicThenNeedsNoCredential() {
		JsonNode open = this.api.at("/paths/~1api~1v1~1widgets~1catalog/get");
		assertThat(open.path("security").isArray()).isTrue();
		assertThat(open.path("security")).isEmpty();
		assertThat(open.path("responses").has("401")).isFalse();
	}

	@Test
	void operationWhenInternalThenNotDescribed() {
		assertThat(this.api.path("paths").has("/internal/widgets")).isFalse();
	}

	/// What a linter complains of.
	private List<String> lint() {
		List<String> complaints = new ArrayList<>();
		List<String> ids = operations().map((operation) -> operation.path("operationId").asString()).toList();
		if (ids.stream().distinct().count() != ids.size()) {
			complaints.add("operationIds repeat: " + ids);
		}
		List<String> tags = this.api.path("tags").findValuesAsString("name");
		operations().forEach((operation) -> {
			String id = operation.path("operationId").asString();
			Stream.of("summary", "description").filter((field) -> operation.path(field).asString("").isBlank())
					.forEach((field) -> complaints.add(id + " has no " + field));
			if (!tags.containsAll(texts(operation.path("tags"))) || operation.path("tags").isEmpty()) {
				complaints.add(id + " has undefined tags");
			}
			if (operation.path("responses").propertyNames().stream().noneMatch((code) -> code.startsWith("2"))) {
				complaints.add(id + " has no success");
			}
		});
		this.api.findValuesAsString("$ref")
				.stream()
				.filter((reference) -> this.api.at(reference.substring(1)).isMissingNode())
				.forEach((reference) -> complaints.add("dangling " + reference));
		this.api.findValues("example")
				.stream()
				.filter(JsonNode::isNull)
				.forEach((example) -> complaints.add("null as an example"));
		this.api.path("paths").properties().forEach((path) -> path.getValue().forEach((operation) -> {
			List<String> declared = operation.path("parameters").findValuesAsString("name");
			Stream.of(path.getKey().split("/"))
					.filter((segment) -> segment.startsWith("{"))
					.map((segment) -> segment.substring(1, segment.length() - 1))
					.filter((name) -> !declared.contains(name))
					.forEach((name) -> complaints.add(path.getKey() + " does not declare " + name));
		}));
		return complaints;
	}

	private Stream<JsonNode> operations() {
		return this.api.path("paths").valueStream().flatMap(JsonNode::valueStream);
	}

	private JsonNode schema(String name) {
		return this.api.path("components").path("schemas").path(name);
	}

	private static List<String> references(JsonNode operation) {
		return operation.path("parameters").findValuesAsString("$ref");
	}

	private static List<String> texts(JsonNode array) {
		return array.valueStream().map((node) -> node.asString("")).toList();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(WidgetController.class)
	static class Application {
	}

	@RestController
	static class WidgetController {

		enum Colour {

			BRIGHT_RED, GREEN

		}

		record WidgetId(UUID value) implements TypedId {

			@Override
			public String prefix() {
				return "wid";
			}

		}

		record WidgetView(WidgetId id, Money unitPrice, Instant createdAt, int partCount, Colour colour,
				@Nullable String nickName, @Nullable LocalDate issuedOn, List<Part> parts) {

			record Part(String name) {}

		}

		record WidgetRequest(@NotBlank @Size(max = 20) String displayName, @Nullable Colour colour,
				@NotEmpty List<Label> labels) {

			record Label(String text) {}

		}

		@PostMapping("/api/v1/widgets")
		@RequiresScope("widgets:write")
		@Operation(summary = "Create a widget")
		Mono<ResponseEntity<WidgetView>> create(@RequestBody WidgetRequest request) {
			return Mono.just(ResponseEntity.created(URI.create("/api/v1/widgets/1")).build());
		}

		@GetMapping("/api/v1/widgets")
		@RequiresScope("widgets:read")
		Mono<Page<WidgetView>> list(@RequestParam(required = false) @Nullable Colour colour,
				@RequestParam(required = false) @SortedBy({"name", "created_at"}) @Nullable String sort,
				PageRequest page) {
			return Mono.empty();
		}

		@GetMapping("/api/v1/widgets/{id}")
		@RequiresScope("widgets:read")
		Mono<WidgetView> get(@PathVariable WidgetId id) {
			return Mono.empty();
		}

		@PatchMapping("/api/v1/widgets/{id}")
		@RequiresScope("widgets:write")
		Mono<WidgetView> change(@PathVariable WidgetId id, ExpectedVersion expected, MergePatch patch) {
			return Mono.empty();
		}

		@PostMapping("/api/v1/widgets/{id}/polish")
		@OperatorOnly
		Mono<WidgetView> polish(@PathVariable WidgetId id) {
			return Mono.empty();
		}

		@GetMapping("/api/v1/widgets/catalog")
		@Public
		Mono<List<String>> catalog() {
			return Mono.empty();
		}

		@GetMapping("/internal/widgets")
		@ServiceOnly
		Mono<String> internal() {
			return Mono.empty();
		}

	}

}
