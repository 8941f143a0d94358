package io.billwright.gateway.openapi;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class MergedDocumentTests {

	private static final String INVOICES = """
			{"openapi":"3.1.0","info":{"title":"invoices"},"servers":[{"url":"http://10.0.0.1"}],
			 "tags":[{"name":"Invoices","description":"Bills."}],
			 "paths":{
			  "/api/v1/invoices":{"get":{"operationId":"list","tags":["Invoices"],"security":[{"other":[]}],
			   "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Page"}}}}}}},
			  "/internal/secret":{"get":{"operationId":"secret"}}},
			 "components":{"securitySchemes":{"other":{"type":"http","scheme":"basic"}},
			  "schemas":{"Problem":{"type":"object"},"Money":{"type":"object"},
			   "Page":{"type":"array","items":{"$ref":"#/components/schemas/Money"}}}}}
			""";

	private static final String USERS = """
			{"openapi":"3.1.0","info":{"title":"users"},
			 "paths":{"/api/v1/auth/login":{"post":{"operationId":"list","tags":["Auth"],"security":[],
			   "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Page"}}}}}}}},
			 "components":{"schemas":{"Problem":{"type":"object"},"Money":{"type":"string"},
			   "Page":{"type":"array","items":{"$ref":"#/components/schemas/Money"}}}}}
			""";

	private final JsonMapper json = JsonMapper.shared();

	private final JsonNode merged = merge();

	@Test
	void pathsWhenRoutedThenAreAllThereAndNothingElse() {
		assertThat(this.merged.path("openapi").stringValue()).isEqualTo("3.1.0");
		assertThat(this.merged.path("paths").propertyNames()).containsExactlyInAnyOrder("/api/v1/invoices",
				"/api/v1/auth/login");
		assertThat(this.merged.path("servers").toString()).contains("https://api.example").doesNotContain("10.0.0.1");
	}

	@Test
	void componentsWhenTheSameThenAreShared() {
		assertThat(this.merged.at("/components/schemas").propertyNames()).contains("Problem")
				.doesNotContain("UserServiceProblem");
	}

	@Test
	void componentsWhenTheyDifferThenAreToldApartWithWhateverRefersToThem() {
		assertThat(this.merged.at("/components/schemas/Money/type").stringValue()).isEqualTo("object");
		assertThat(this.merged.at("/components/schemas/UserServiceMoney/type").stringValue()).isEqualTo("string");
		assertThat(this.merged.at("/components/schemas/UserServicePage/items/$ref").stringValue())
				.isEqualTo("#/components/schemas/UserServiceMoney");
		assertThat(this.merged.path("paths").path("/api/v1/auth/login").findValuesAsString("$ref"))
				.containsExactly("#/components/schemas/UserServicePage");
		assertThat(this.merged.path("paths").path("/api/v1/invoices").findValuesAsString("$ref"))
				.containsExactly("#/components/schemas/Page");
	}

	@Test
	void securityWhenMergedThenIsTheGatewaysOwn() {
		assertThat(this.merged.at("/components/securitySchemes").propertyNames()).containsExactly("accessToken",
				"apiKey",
				"session");
		assertThat(this.merged.path("paths").path("/api/v1/auth/login").path("post").path("security").toString())
				.isEqualTo("[]");
		assertThat(this.merged.path("paths").path("/api/v1/invoices").path("get").has("security")).isFalse();
	}

	@Test
	void operationIdsAndTagsWhenMergedThenAreUnique() {
		assertThat(this.merged.findValuesAsString("operationId")).containsExactlyInAnyOrder("list",
				"list_user_service");
		assertThat(this.merged.path("tags").findValuesAsString("name")).containsExactlyInAnyOrder("Invoices", "Auth");
		assertThat(this.merged.at("/tags/0/description").stringValue()).isEqualTo("Bills.");
	}

	private JsonNode merge() {
		MergedDocument document = new MergedDocument("https://api.example");
		document.add("invoice-service", (ObjectNode) this.json.readTree(INVOICES), (path) -> path.startsWith("/api/"));
		document.add("user-service", (ObjectNode) this.json.readTree(USERS), (path) -> path.startsWith("/api/"));
		return document.document();
	}

}
