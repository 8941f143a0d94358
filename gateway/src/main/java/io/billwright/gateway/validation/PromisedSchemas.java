package io.billwright.gateway.validation;

import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a document promises of answers: its schemas without what concerns only people and generators.
final class PromisedSchemas {

	private static final String REFERENCE = "#/components/schemas/";

	private static final Set<String> VALUES = Set.of("type", "enum", "const", "required", "minimum", "maximum",
			"minLength", "maxLength", "minItems", "maxItems", "pattern");

	private static final Set<String> SCHEMAS = Set.of("items", "additionalProperties", "not");

	private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf");

	private final ObjectNode definitions = JsonNodeFactory.instance.objectNode();

	/// @param schemas of the document, by name
	PromisedSchemas(JsonNode schemas) {
		schemas.properties().forEach((schema) -> add(schema.getKey(), schema.getValue()));
	}

	ObjectNode definitions() {
		return this.definitions;
	}

	void add(String name, JsonNode schema) {
		this.definitions.set(name, promised(schema));
	}

	private static JsonNode promised(JsonNode schema) {
		if (!(schema instanceof ObjectNode)) {
			return schema;
		}
		ObjectNode promised = JsonNodeFactory.instance.objectNode();
		schema.properties().forEach((keyword) -> {
			String name = keyword.getKey();
			JsonNode value = keyword.getValue();
			if (VALUES.contains(name)) {
				promised.set(name, value);
			}
			else if (SCHEMAS.contains(name)) {
				promised.set(name, promised(value));
			}
			else if (LISTS.contains(name)) {
				ArrayNode list = promised.putArray(name);
				value.forEach((each) -> list.add(promised(each)));
			}
			else if (name.equals("properties")) {
				ObjectNode properties = promised.putObject(name);
				value.properties().forEach((each) -> properties.set(each.getKey(), promised(each.getValue())));
			}
			else if (name.equals("$ref")) {
				promised.put(name, value.asString().replace(REFERENCE, "#/$defs/"));
			}
		});
		return promised;
	}

}
