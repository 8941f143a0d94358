package io.billwright.user;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class OpenApiTests extends AccountsSpec {

	@Autowired
	private ApplicationContext application;

	private JsonNode api;

	@BeforeEach
	void read() {
		this.api = Objects.requireNonNull(this.client.get()
				.uri("/v3/api-docs")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody());
	}

	/// Where a handler has no summary the platform makes one of the method's name, with the tag in parentheses.
	@Test
	void operationWhenDescribedThenHasASummaryOfItsOwnAndADeclaredTag() {
		List<String> tags = this.api.path("tags").valueStream().map((tag) -> tag.path("name").asString()).toList();
		assertThat(operations()).isNotEmpty().allSatisfy((operation) -> {
			String tag = operation.at("/tags/0").asString();
			assertThat(operation.path("tags")).hasSize(1);
			assertThat(tags).contains(tag);
			assertThat(operation.path("summary").asString()).isNotBlank().doesNotEndWith(")").doesNotEndWith(".");
			assertThat(operation.path("operationId").asString()).startsWith(tag.replace('-', '_') + "_");
		});
		assertThat(operations()).extracting((operation) -> operation.path("summary").asString())
				.doesNotHaveDuplicates();
	}

	/// The name of a type that is nested in a controller is its schema's name, so two of them would become one schema.
	@Test
	void schemaWhenNamedThenMeansOneType() {
		assertThat(this.application.getBeansWithAnnotation(RestController.class).values().stream()
				.flatMap((controller) -> Stream.of(controller.getClass().getDeclaredClasses()))
				.filter(Class::isRecord)).extracting(Class::getSimpleName).isNotEmpty().doesNotHaveDuplicates();
	}

	@Test
	void loginWhenDescribedThenAnswersWithASessionOrWithTokens() {
		JsonNode login = this.api.at("/paths/~1api~1v1~1auth~1login/post/responses");
		assertThat(login.propertyNames()).contains("200", "401", "403").doesNotContain("201");
		assertThat(login.at("/200/content").toString()).contains("#/components/schemas/LoginView");
		assertThat(this.api.at("/components/schemas/LoginView/oneOf").toString()).contains("SessionLoginView",
				"TokenLoginView");
		assertThat(this.api.at("/components/schemas/SessionLoginView/properties").propertyNames())
				.contains("csrf_token", "session_id");
		assertThat(this.api.at("/components/schemas/TokenLoginView/properties").propertyNames())
				.contains("access_token", "refresh_token");
	}

	@Test
	void answersWhenNotCreatedThenSayWhatTheyAre() {
		assertThat(success("auth~1refresh")).containsExactly("200");
		assertThat(success("auth~1logout")).containsExactly("204");
		assertThat(success("organizations~1me~1exports")).containsExactly("202");
		assertThat(success("api-keys")).containsExactly("201");
		assertThat(this.api.at("/paths/~1api~1v1~1organizations~1me~1exports~1{id}~1file/get/responses/200/content")
				.toString()).isEqualTo("{\"application/x-ndjson\":{\"schema\":{\"type\":\"string\"}}}");
	}

	private List<String> success(String path) {
		return this.api.at("/paths/~1api~1v1~1" + path + "/post/responses")
				.propertyNames()
				.stream()
				.filter((code) -> code.startsWith("2"))
				.toList();
	}

	private List<JsonNode> operations() {
		return this.api.path("paths").valueStream().flatMap(JsonNode::valueStream).toList();
	}

}
