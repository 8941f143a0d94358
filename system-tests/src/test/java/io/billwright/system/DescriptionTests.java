package io.billwright.system;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/// The one document of the whole API, as the real services describe themselves.
class DescriptionTests {

	/// Where it has to start first, that is not to be taken from the time of the description.
	private static final Api ANYBODY = Platform.anonymous();

	private final Answer answer = Eventually.within(Duration.ofSeconds(60), () -> {
		Answer described = ANYBODY.get("/api/v1/openapi.json").expect(200);
		assertThat(described.header("Cache-Control")).as("every service is in it").contains("max-age=60");
		return described;
	});

	private final JsonNode document = this.answer.json();

	@Test
	void documentWhenParsedThenIsOpenApi31WithoutComplaints() {
		ParseOptions options = new ParseOptions();
		options.setResolve(true);
		SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(this.answer.body(), List.of(), options);
		assertThat(parsed.getMessages()).isEmpty();
		assertThat(parsed.isOpenapi31()).isTrue();
		assertThat(parsed.getOpenAPI().getPaths().keySet())
				.contains("/api/v1/users/me", "/api/v1/invoices", "/api/v1/analytics/revenue", "/api/v1/search");
	}

	@Test
	void documentWhenReadByPeopleThenEveryTagAndOperationIsExplained() {
		assertThat(this.document.path("tags").valueStream())
				.allSatisfy((tag) -> assertThat(tag.path("description").asString("")).as(tag.toString()).isNotBlank());
		assertThat(operations()).hasSizeGreaterThan(60)
				.allSatisfy((operation) -> assertThat(operation.path("summary").asString(""))
						.as(operation.path("operationId").asString())
						.isNotBlank());
	}

	@Test
	void pathWhenItHasParametersThenDeclaresThem() {
		this.document.path("paths").properties().forEach((path) -> path.getValue()
				.forEach((operation) -> assertThat(operation.path("parameters").findValuesAsString("name"))
						.as(path.getKey())
						.containsAll(Stream.of(path.getKey().split("/"))
								.filter((segment) -> segment.startsWith("{"))
								.map((segment) -> segment.substring(1, segment.length() - 1))
								.toList())));
	}

	@Test
	void exampleWhenGivenThenIsOne() {
		assertThat(this.document.findValues("example")).isNotEmpty().noneMatch(JsonNode::isNull);
	}

	private List<JsonNode> operations() {
		return this.document.path("paths").valueStream().flatMap(JsonNode::valueStream).toList();
	}

}
