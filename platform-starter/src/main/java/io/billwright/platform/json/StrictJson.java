package io.billwright.platform.json;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.validation.Constraints;

/// Reads what clients send. An unknown field, a repeated key, a wrong type or a broken constraint is refused, and all
/// problems of a body are told at once. What it returns is valid, so nothing behind it needs to check again.
public final class StrictJson {

	private final JsonMapper mapper;

	private final ObjectReader reader;

	private final Constraints constraints;

	/// @param mapper the API's dialect
	/// @param constraints checks the annotations of request records
	public StrictJson(JsonMapper mapper, Constraints constraints) {
		this.mapper = mapper;
		this.constraints = constraints;
		this.reader = mapper.reader()
				.with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
				.with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
						DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
	}

	/// Reads and checks a body.
	///
	/// @throws Invalid naming every problem
	/// @throws MalformedJson where it is not JSON
	public Object read(byte[] body, JavaType type) {
		BindingProblems problems = new BindingProblems();
		@Nullable
		Object value = bind(problems, (reader) -> reader.forType(type).readValue(body));
		return checked(value, problems);
	}

	/// Checks a tree as if it were a body.
	///
	/// @throws Invalid naming every problem
	public <T> T read(JsonNode tree, Class<T> type) {
		BindingProblems problems = new BindingProblems();
		@Nullable
		T value = bind(problems, (reader) -> reader.forType(type).readValue(tree));
		return checked(value, problems);
	}

	/// Reads a body that must be an object, of any fields.
	///
	/// @throws Invalid where it is something else
	/// @throws MalformedJson where it is not JSON
	public ObjectNode readObject(byte[] body) {
		BindingProblems problems = new BindingProblems();
		@Nullable
		JsonNode tree = bind(problems, (reader) -> reader.readTree(body));
		if (tree instanceof ObjectNode object) {
			return object;
		}
		throw new Invalid("body", "malformed", "must be a JSON object");
	}

	/// Reads a body of any form; what is in it is not checked. A body without anything is a missing node.
	///
	/// @throws MalformedJson where it is not JSON
	public JsonNode readTree(InputStream body) {
		return Objects.requireNonNullElse(bind(new BindingProblems(), (reader) -> reader.readTree(body)),
				MissingNode.getInstance());
	}

	/// The tree of a value.
	public JsonNode write(Object value) {
		return this.mapper.valueToTree(value);
	}

	private <T> @Nullable T bind(BindingProblems problems, Reading<T> reading) {
		try {
			return reading.from(this.reader.withHandler(problems));
		}
		catch (StreamConstraintsException ex) {
			throw new MalformedJson("The body nests too deeply or has a number or name that is too long.");
		}
		catch (StreamReadException ex) {
			throw new MalformedJson("The body is not valid JSON (line %d, column %d): %s".formatted(
					ex.getLocation().getLineNr(), ex.getLocation().getColumnNr(), reason(ex)));
		}
		catch (DatabindException ex) {
			problems.add(new FieldError(path(ex), "malformed", "is not of the expected form"));
			return null;
		}
	}

	private static String reason(StreamReadException ex) {
		String message = ex.getOriginalMessage();
		return message.startsWith("Duplicate") ? message : "unexpected or missing character";
	}

	private static String path(DatabindException ex) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : ex.getPath()) {
			if (reference.getPropertyName() == null) {
				path.append('[').append(reference.getIndex()).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
			}
		}
		return path.isEmpty() ? "body" : path.toString();
	}

	private <T> T checked(@Nullable T value, BindingProblems problems) {
		List<FieldError> errors = new ArrayList<>(problems.errors());
		if ((value == null) && errors.isEmpty()) {
			errors.add(new FieldError("body", "required", "must not be empty"));
		}
		if ((value != null) && !(value instanceof JsonNode)) {
			this.constraints.violations(value)
					.stream()
					.filter((error) -> !problems.told(error.field()))
					.limit(BindingProblems.LIMIT)
					.forEach(errors::add);
		}
		if ((value == null) || !errors.isEmpty()) {
			throw new Invalid(errors);
		}
		return value;
	}

	private interface Reading<T> {

		T from(ObjectReader reader);

	}

}
