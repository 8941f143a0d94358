package io.billwright.gateway.openapi;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.gateway.credential.Credential;

/// One OpenAPI 3.1 document of several: paths side by side, shared components once, and what only the gateway knows,
/// which is how one gets in.
final class MergedDocument {

	private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch",
			"trace");

	private final ObjectNode document = JsonNodeFactory.instance.objectNode();

	private final Set<String> operationIds = new TreeSet<>();

	private final Components components;

	MergedDocument(String server) {
		this.document.put("openapi", "3.1.0");
		this.document.putObject("info")
				.put("title", "Billwright API")
				.put("version", "v1")
				.put("description",
						"Invoicing and usage billing. Money is a decimal string with a currency, lists are read by "
								+ "cursor, errors are problem documents (RFC 9457).")
				.putObject("license")
				.put("name", "Apache 2.0")
				.put("identifier", "Apache-2.0");
		this.document.putArray("servers").addObject().put("url", server).put("description", "This platform");
		ArrayNode security = this.document.putArray("security");
		this.document.putArray("tags");
		this.document.putObject("paths");
		ObjectNode shared = this.document.putObject("components");
		securitySchemes(shared.putObject("securitySchemes"), security);
		this.components = new Components(shared);
	}

	ObjectNode document() {
		return this.document;
	}

	/// Takes over what a service says of the paths that are routed to it.
	void add(String service, ObjectNode described, Predicate<String> isRouted) {
		ObjectNode own = described.deepCopy();
		if (own.path("components") instanceof ObjectNode components) {
			components.remove("securitySchemes");
		}
		this.components.add(service, own);
		own.path("tags").forEach(this::addTag);
		own.path("paths")
				.properties()
				.stream()
				.filter((path) -> isRouted.test(path.getKey()))
				.forEach((path) -> addPath(service, path.getKey(), path.getValue()));
	}

	private void addPath(String service, String path, JsonNode item) {
		item.properties()
				.stream()
				.filter((entry) -> METHODS.contains(entry.getKey()))
				.forEach((entry) -> finish(service, (ObjectNode) entry.getValue()));
		this.document.withObjectProperty("paths").set(path, item);
	}

	private void finish(String service, ObjectNode operation) {
		if (!isPublic(operation)) {
			operation.remove("security");
		}
		String id = operation.path("operationId").asString("");
		if (!id.isEmpty() && !this.operationIds.add(id)) {
			String unique = id + "_" + service.replace('-', '_');
			operation.put("operationId", unique);
			this.operationIds.add(unique);
		}
		operation.path("tags").forEach((tag) -> addTag(JsonNodeFactory.instance.objectNode().set("name", tag)));
	}

	/// A service says of each operation that needs no credential that no scheme applies to it.
	private static boolean isPublic(ObjectNode operation) {
		return operation.path("security").isArray() && operation.path("security").isEmpty();
	}

	private void addTag(JsonNode tag) {
		ArrayNode tags = (ArrayNode) this.document.path("tags");
		if (tags.valueStream().noneMatch((known) -> known.path("name").equals(tag.path("name")))) {
			tags.add(tag);
		}
	}

	private static void securitySchemes(ObjectNode schemes, ArrayNode security) {
		schemes.putObject("accessToken")
				.put("type", "http")
				.put("scheme", "bearer")
				.put("bearerFormat", "JWT")
				.put("description", "For mobile applications: `POST /api/v1/auth/login` with `\"mode\": \"token\"`.");
		schemes.putObject("apiKey")
				.put("type", "apiKey")
				.put("in", "header")
				.put("name", Credential.API_KEY_HEADER)
				.put("description", "For programs: `bw_live_...` or `bw_test_...`; also as `Authorization: Bearer`.");
		schemes.putObject("session")
				.put("type", "apiKey")
				.put("in", "cookie")
				.put("name", Credential.SESSION_COOKIE)
				.put("description", "For single-page applications; writes also need the header `X-CSRF-Token`.");
		schemes.propertyNames().forEach((scheme) -> security.addObject().putArray(scheme));
	}

}
