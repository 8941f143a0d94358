package io.billwright.gateway.validation;

import java.util.List;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON schemas that refer to each other as `#/$defs/name`, compiled once.
final class Schemas {

	private static final Logger logger = LoggerFactory.getLogger(Schemas.class);

	private static final String DEFINITIONS = "$defs";

	private static final SchemaRegistryConfig EAGER = SchemaRegistryConfig.builder().preloadSchema(true).build();

	private final ObjectNode document = JsonNodeFactory.instance.objectNode();

	private final Schema root;

	/// @param definitions the schemas by name
	Schemas(ObjectNode definitions) {
		this.document.set(DEFINITIONS, definitions);
		this.root = SchemaRegistry
				.withDefaultDialect(Dialects.getDraft202012(), (registry) -> registry.schemaRegistryConfig(EAGER))
				.getSchema(SchemaLocation.of("urn:billwright:document"), this.document);
	}

	Schema require(String name) {
		Schema schema = this.root.getRefSchema(new NodePath(PathType.JSON_POINTER).append(DEFINITIONS).append(name));
		schema.initializeValidators();
		return schema;
	}

	/// What a value breaks; nothing where the library fails, as whoever reads the value next will judge it too.
	static List<Error> errors(Schema schema, JsonNode value) {
		try {
			return schema.validate(value);
		}
		catch (RuntimeException ex) {
			logger.warn("A value cannot be held to {}: {}", schema.getSchemaLocation(), ex.getMessage());
			return List.of();
		}
	}

	/// The schema around the keyword that is broken.
	JsonNode around(Error error) {
		NodePath place = error.getSchemaLocation().getFragment();
		JsonNode node = this.document;
		for (int i = 0; i < place.getNameCount() - 1; i++) {
			node = (place.getElement(i) instanceof Integer index) ? node.path(index) : node.path(place.getName(i));
		}
		return node;
	}

	/// The place in the value as clients write it: `lines[0].quantity`; empty for the whole of it.
	static String path(Error error) {
		NodePath place = error.getInstanceLocation();
		StringBuilder path = new StringBuilder();
		for (int i = 0; i < place.getNameCount(); i++) {
			if (place.getElement(i) instanceof Integer index) {
				path.append('[').append(index).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(place.getName(i));
			}
		}
		if (error.getProperty() != null) {
			path.append(path.isEmpty() ? "" : ".").append(error.getProperty());
		}
		return path.toString();
	}

}
