package io.billwright.gateway.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What of a document's schemas a request cannot break without being refused by its service, for the same reason and in
/// the same words. A document says less than a service knows, and in places more than it insists on:
///
/// - what a request need not have it may have as `null`;
/// - of objects that answers have too, it is told what they always have, not what they must be given;
/// - dates are read in several forms, decimals as numbers too, lists with repetitions;
/// - of choices between forms only the service can say which was meant;
/// - patterns of a service's own have words of their own.
///
/// `$comment` holds the words.
final class CertainSchemas {

	private static final String REFERENCE = "#/components/schemas/";

	private static final List<String> LENGTHS = List.of("minLength", "maxLength");

	private static final List<String> SIZES = List.of("minItems", "maxItems");

	private static final List<String> BOUNDS = List.of("minimum", "maximum");

	private final JsonNode schemas;

	private final ObjectNode definitions = JsonNodeFactory.instance.objectNode();

	/// @param schemas of the document, by name
	CertainSchemas(JsonNode schemas) {
		this.schemas = schemas;
		schemas.properties()
				.stream()
				.filter((schema) -> isClosed(schema.getValue()))
				.forEach((schema) -> this.definitions.set(schema.getKey(), closed(schema.getValue())));
	}

	ObjectNode definitions() {
		return this.definitions;
	}

	/// Adds what is certain of a body.
	///
	/// @return whether anything is
	boolean add(String name, JsonNode schema) {
		boolean open = schema.path("$ref").isMissingNode() && "object".equals(type(schema)) && !isClosed(schema);
		ObjectNode certain = open ? typed("object", Words.NO_OBJECT) : certain(schema);
		this.definitions.set(name, certain);
		return !certain.isEmpty();
	}

	private ObjectNode certain(JsonNode schema) {
		String reference = schema.path("$ref").asString("");
		if (reference.startsWith(REFERENCE)) {
			return referred(reference.substring(REFERENCE.length()));
		}
		JsonNode choice = schema.path("anyOf");
		if (choice.size() == 2 && "null".equals(choice.path(1).path("type").asString(""))) {
			return optional(certain(choice.path(0)));
		}
		return switch (type(schema)) {
			case "object" -> object(schema);
			case "array" -> array(schema);
			case "string" -> text(schema);
			case "integer" -> bounded(typed("integer", "must be a whole number"), schema);
			case "boolean" -> typed("boolean", "must be true or false");
			default -> anything();
		};
	}

	private ObjectNode referred(String name) {
		JsonNode target = this.schemas.path(name);
		if (isClosed(target)) {
			return anything().put("$ref", "#/$defs/" + name);
		}
		return "object".equals(type(target)) ? typed("object", Words.OTHER_FORM) : anything();
	}

	private ObjectNode object(JsonNode schema) {
		if (isClosed(schema)) {
			return closed(schema);
		}
		ObjectNode object = typed("object", Words.OTHER_FORM);
		if (schema.path("additionalProperties") instanceof ObjectNode values) {
			object.set("additionalProperties", optional(certain(values)));
		}
		return object;
	}

	private ObjectNode closed(JsonNode schema) {
		ObjectNode object = typed("object", Words.OTHER_FORM).put("additionalProperties", false);
		Set<String> required = new HashSet<>();
		schema.path("required").forEach((name) -> required.add(name.asString()));
		ObjectNode properties = object.putObject("properties");
		schema.path("properties").properties().forEach((property) -> {
			ObjectNode certain = certain(property.getValue());
			properties.set(property.getKey(), required.contains(property.getKey()) ? certain : optional(certain));
		});
		if (!required.isEmpty()) {
			object.set("required", schema.path("required"));
		}
		return object;
	}

	private ObjectNode array(JsonNode schema) {
		ObjectNode array = with(typed("array", "must be an array"), schema, SIZES);
		array.set("items", optional(certain(schema.path("items"))));
		return array;
	}

	private static ObjectNode text(JsonNode schema) {
		if (schema.has("format") && schema.path("format").asString().startsWith("date")) {
			return anything();
		}
		JsonNode values = schema.path("enum");
		if (values.isArray()) {
			ObjectNode text = typed("string", Words.ofEnum(values.valueStream()
					.filter(JsonNode::isString)
					.map(JsonNode::asString)
					.toList()));
			text.set("enum", values);
			return text;
		}
		String pattern = schema.path("pattern").asString("");
		String words = Words.ofPattern(pattern);
		ObjectNode text = typed("string", (words != null) ? words : "must be a string");
		if (words != null) {
			text.put("pattern", pattern);
		}
		if (Words.isDecimal(pattern)) {
			text.putArray("type").add("string").add("number");
		}
		return with(text, schema, LENGTHS);
	}

	/// The same, or `null`.
	private static ObjectNode optional(ObjectNode schema) {
		if (schema.has("$ref")) {
			ObjectNode optional = anything();
			optional.putObject("if").put("type", "null");
			return optional.set("else", schema);
		}
		if (schema.path("type") instanceof ArrayNode types) {
			types.add("null");
		}
		else if (schema.has("type")) {
			String type = schema.path("type").asString();
			schema.putArray("type").add(type).add("null");
		}
		if (schema.path("enum") instanceof ArrayNode values) {
			schema.set("enum", values.deepCopy().addNull());
		}
		return schema;
	}

	private static ObjectNode typed(String type, String words) {
		return anything().put("type", type).put("$comment", words);
	}

	private static ObjectNode anything() {
		return JsonNodeFactory.instance.objectNode();
	}

	private static ObjectNode with(ObjectNode certain, JsonNode schema, List<String> keywords) {
		keywords.stream()
				.filter(schema::has)
				.forEach((keyword) -> certain.set(keyword, schema.path(keyword)));
		return certain;
	}

	/// The library compares whole bounds with whole numbers only, and fails on larger ones than it knows.
	private static ObjectNode bounded(ObjectNode certain, JsonNode schema) {
		BOUNDS.stream()
				.filter(schema::has)
				.forEach((bound) -> certain.put(bound, schema.path(bound).decimalValue()));
		return certain;
	}

	/// Objects that only requests have say that they take nothing else.
	private static boolean isClosed(JsonNode schema) {
		return schema.path("additionalProperties").isBoolean()
				&& !schema.path("additionalProperties").booleanValue();
	}

	/// The one type besides `null`; empty where there is none, or a choice.
	private static String type(JsonNode schema) {
		JsonNode type = schema.path("type");
		if (!type.isArray()) {
			return type.asString("");
		}
		List<String> types = type.valueStream().map(JsonNode::asString).filter((it) -> !it.equals("null")).toList();
		return (types.size() == 1) ? types.getFirst() : "";
	}

	/// Of the schema around a keyword, whether a value need not be.
	static boolean isOptional(JsonNode schema) {
		return schema.path("type").valueStream().anyMatch((type) -> "null".equals(type.asString()));
	}

	/// Of the schema around a keyword, its words.
	static String words(JsonNode schema) {
		return schema.path("$comment").asString(Words.OTHER_FORM);
	}

}
