package io.billwright.platform.json;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;

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
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// Reads what clients send. An unknown field, a repeated key, a wrong type or a broken constraint is refused, and all
/// problems of a body are told at once. What it returns is valid, so nothing behind it needs to check again.
public final class StrictJson {

	private static final Set<String> REQUIRED = Set.of("NotNull", "NotBlank", "NotEmpty");

	private static final Names NAMES = new Names();

	private final JsonMapper mapper;

	private final ObjectReader reader;

	private final Validator validator;

	/// @param mapper the API's dialect
	/// @param validator checks the constraint annotations of request records
	public StrictJson(JsonMapper mapper, Validator validator) {
		this.mapper = mapper;
		this.validator = validator;
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
			this.validator.validate(value)
					.stream()
					.map(StrictJson::toError)
					.filter((error) -> !problems.told(error.field()))
					.sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::code))
					.limit(BindingProblems.LIMIT)
					.forEach(errors::add);
		}
		if ((value == null) || !errors.isEmpty()) {
			throw new Invalid(errors);
		}
		return value;
	}

	private static FieldError toError(ConstraintViolation<?> violation) {
		String constraint = violation.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName();
		String code = REQUIRED.contains(constraint) ? "required" : NAMES.translate(constraint).toLowerCase(Locale.ROOT);
		return new FieldError(path(violation.getPropertyPath()), code, violation.getMessage());
	}

	private static String path(Path path) {
		String joined = StreamSupport.stream(path.spliterator(), false)
				.map(StrictJson::segment)
				.collect(Collectors.joining())
				.replaceFirst("^\\.", "");
		return joined.isEmpty() ? "body" : joined;
	}

	private static String segment(Path.Node node) {
		String index = (node.getIndex() != null)
				? "[" + node.getIndex() + "]"
				: (node.getKey() != null) ? "." + node.getKey() : "";
		boolean named = (node.getName() != null) && (node.getKind() != ElementKind.CONTAINER_ELEMENT);
		return named ? index + "." + NAMES.translate(node.getName()) : index;
	}

	/// Opens the strategy's translation of a single name.
	private static final class Names extends SnakeCaseStrategy {

		@Override
		public String translate(String name) {
			return super.translate(name);
		}

	}

	private interface Reading<T> {

		T from(ObjectReader reader);

	}

}
