package io.billwright.gateway.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.gateway.validation.Contract.Described;
import io.billwright.gateway.validation.Operation.Answer;

/// Reads the OpenAPI document of a service.
final class DocumentReader {

	/// Of an operation that for everybody but operators does not exist: nobody else is told what is wrong with a request.
	private static final String OPERATORS = "x-operator-only";

	private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

	private final JsonNode document;

	private final CertainSchemas certain;

	private final PromisedSchemas promised;

	private final List<Draft> drafts = new ArrayList<>();

	private DocumentReader(ObjectNode document) {
		this.document = document;
		this.certain = new CertainSchemas(document.at("/components/schemas"));
		this.promised = new PromisedSchemas(document.at("/components/schemas"));
	}

	/// The operations of a document.
	///
	/// @throws RuntimeException if it cannot be understood
	static List<Described> read(String service, ObjectNode document) {
		DocumentReader reader = new DocumentReader(document);
		document.path("paths")
				.properties()
				.forEach((path) -> path.getValue()
						.properties()
						.stream()
						.filter((entry) -> METHODS.contains(entry.getKey()) && !entry.getValue().has(OPERATORS))
						.forEach((entry) -> reader.add(entry.getKey(), path.getKey(), entry.getValue())));
		Schemas requests = new Schemas(reader.certain.definitions());
		Schemas answers = new Schemas(reader.promised.definitions());
		return reader.drafts.stream().map((draft) -> draft.finish(service, requests, answers)).toList();
	}

	private void add(String method, String path, JsonNode operation) {
		String name = method.toUpperCase(Locale.ROOT) + ' ' + path;
		List<PathId> ids = new ArrayList<>();
		List<QueryParameter> query = new ArrayList<>();
		for (JsonNode each : operation.path("parameters")) {
			JsonNode parameter = resolved(each);
			switch (parameter.path("in").asString("")) {
				case "path" -> addId(path, parameter, ids);
				case "query" -> addQuery(parameter, query);
				default -> { // headers and cookies are the services'
				}
			}
		}
		JsonNode content = resolved(operation.path("requestBody")).path("content");
		boolean isCertain = content.properties()
				.stream()
				.filter((type) -> RequestBody.isJson(MediaType.parseMediaType(type.getKey())))
				.findFirst()
				.map((type) -> this.certain.add(name, type.getValue().path("schema")))
				.orElse(false);
		this.drafts.add(new Draft(method.toUpperCase(Locale.ROOT), path, name, ids, query,
				content.propertyNames().stream().map(MediaType::parseMediaType).toList(), isCertain,
				answers(name, operation.path("responses"))));
	}

	private Map<Integer, String> answers(String name, JsonNode responses) {
		Map<Integer, String> answers = new HashMap<>();
		responses.properties().stream().filter((status) -> status.getKey().matches("\\d{3}")).forEach((status) -> {
			String schema = resolved(status.getValue()).path("content")
					.properties()
					.stream()
					.filter((type) -> RequestBody.isJson(MediaType.parseMediaType(type.getKey())))
					.findFirst()
					.map((type) -> {
						this.promised.add(name + ' ' + status.getKey(), type.getValue().path("schema"));
						return name + ' ' + status.getKey();
					})
					.orElse("");
			answers.put(Integer.valueOf(status.getKey()), schema);
		});
		return answers;
	}

	private JsonNode resolved(JsonNode node) {
		String reference = node.path("$ref").asString("");
		return reference.startsWith("#/") ? this.document.at(reference.substring(1)) : node;
	}

	private static void addId(String path, JsonNode parameter, List<PathId> ids) {
		String pattern = parameter.at("/schema/pattern").asString("");
		int segment = List.of(path.substring(1).split("/", -1))
				.indexOf("{" + parameter.path("name").asString() + "}");
		if (segment >= 0 && Words.isId(pattern)) {
			ids.add(new PathId(segment, Pattern.compile(pattern)));
		}
	}

	private static void addQuery(JsonNode parameter, List<QueryParameter> query) {
		QueryParameter checked = QueryParameter.of(parameter);
		if (checked != null) {
			query.add(checked);
		}
	}

	/// An operation whose schemas have not been compiled yet.
	private record Draft(String method, String path, String name, List<PathId> ids, List<QueryParameter> query,
			List<MediaType> types, boolean isCertain, Map<Integer, String> answers) {

		Described finish(String service, Schemas requests, Schemas promises) {
			@Nullable
			RequestBody body = this.types.isEmpty()
					? null
					: new RequestBody(this.types, this.isCertain ? requests.require(this.name) : null, requests);
			Map<Integer, Answer> promised = new HashMap<>();
			this.answers.forEach((status, schema) -> promised.put(status,
					new Answer(schema.isEmpty() ? null : promises.require(schema))));
			return new Described(this.method, this.path,
					new Operation(service, this.name, this.ids, this.query, body, promised));
		}

	}

}
