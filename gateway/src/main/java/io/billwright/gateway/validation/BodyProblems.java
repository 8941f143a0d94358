package io.billwright.gateway.validation;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.failure.FieldError;

/// What is wrong with a body, in the words of the services.
final class BodyProblems {

	/// More than this helps nobody.
	private static final int LIMIT = 100;

	private BodyProblems() {
	}

	static List<FieldError> of(JsonNode body, Schema schema, Schemas schemas) {
		return Schemas.errors(schema, body)
				.stream()
				.limit(LIMIT)
				.map((error) -> toProblem(error, schemas.around(error)))
				.filter(Objects::nonNull)
				.distinct()
				.sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::code))
				.toList();
	}

	/// `null` for what no service insists on.
	private static @Nullable FieldError toProblem(Error error, JsonNode schema) {
		String path = Schemas.path(error);
		String field = path.isEmpty() ? "body" : path;
		JsonNode value = error.getInstanceNode();
		// What is of another type is told once.
		return switch (error.getKeyword()) {
			case "required" -> missing(field, schema.path("properties").path(error.getProperty()));
			case "additionalProperties" -> new FieldError(field, "unknown_field", "is not a field of this request");
			case "type" -> value.isNull() ? missing(field, schema) : malformed(field, schema);
			case "enum" -> !value.isString() || isBlankOrPadded(value, schema) ? null : malformed(field, schema);
			case "pattern" -> malformed(field, schema);
			case "minLength", "maxLength" -> size(field, schema, "minLength", "maxLength", value.asString().isEmpty());
			case "minItems", "maxItems" -> size(field, schema, "minItems", "maxItems", value.isEmpty());
			case "minimum" -> new FieldError(field, "out_of_range",
					"must be greater than or equal to " + schema.path("minimum").asString());
			case "maximum" -> new FieldError(field, "out_of_range",
					"must be less than or equal to " + schema.path("maximum").asString());
			default -> throw new IllegalStateException("No schema for requests has " + error.getKeyword());
		};
	}

	private static FieldError malformed(String field, JsonNode schema) {
		return new FieldError(field, "malformed", CertainSchemas.words(schema));
	}

	private static FieldError missing(String field, JsonNode schema) {
		String words = schema.has("minLength") && schema.path("minLength").asInt() > 0
				? "must not be blank"
				: schema.path("minItems").asInt(0) > 0 ? "must not be empty" : "must not be null";
		return new FieldError(field, "required", words);
	}

	/// A required text or list with a least length is one that must not be empty, which is told apart from its size.
	private static FieldError size(String field, JsonNode schema, String least, String most, boolean empty) {
		boolean mustNotBeEmpty = !CertainSchemas.isOptional(schema) && schema.path(least).asInt(0) == 1;
		return (mustNotBeEmpty && empty)
				? missing(field, schema)
				: new FieldError(field, "size", "size must be between %d and %d".formatted(
						mustNotBeEmpty ? 0 : schema.path(least).asInt(0),
						schema.path(most).asInt(Integer.MAX_VALUE)));
	}

	/// Spaces around a word are overlooked, and nothing at all is judged by the service.
	private static boolean isBlankOrPadded(JsonNode value, JsonNode schema) {
		String text = value.asString("").strip();
		return text.isEmpty() || schema.path("enum").valueStream().anyMatch((word) -> text.equals(word.asString("")));
	}

}
