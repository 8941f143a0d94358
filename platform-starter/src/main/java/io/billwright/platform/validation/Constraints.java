package io.billwright.platform.validation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import jakarta.validation.metadata.ConstraintDescriptor;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;

import io.billwright.platform.failure.FieldError;

/// Checks the annotations of Jakarta Validation, and [EndOf].
public final class Constraints {

	private static final Names NAMES = new Names();

	private final Validator validator;

	/// @param validator knows the annotations
	public Constraints(Validator validator) {
		this.validator = validator;
	}

	/// What is wrong with a body, in the order of its fields' names.
	public List<FieldError> violations(Object body) {
		return sorted(this.validator.validate(body)
				.stream()
				.map((violation) -> toError(path(violation.getPropertyPath()), violation)));
	}

	/// What is wrong with the arguments of a handler.
	///
	/// @param arguments in their order; `null` where there is none, also in the place of a primitive
	public List<FieldError> violations(HandlerMethod handler, @Nullable Object[] arguments) {
		MethodParameter[] parameters = handler.getMethodParameters();
		Stream<FieldError> ranges = Arrays.stream(parameters)
				.filter((end) -> end.hasParameterAnnotation(EndOf.class))
				.flatMap((end) -> Arrays.stream(parameters).flatMap((begin) -> range(begin, end, arguments)));
		return sorted(handler.shouldValidateArguments()
				? Stream.concat(ranges, this.validator.forExecutables()
						.validateParameters(handler.getBean(), handler.getMethod(), arguments)
						.stream()
						.map((violation) -> toError(name(parameters[index(violation)]), violation)))
				: ranges);
	}

	@SuppressWarnings("unchecked")
	private static Stream<FieldError> range(MethodParameter begin, MethodParameter end,
			@Nullable Object[] arguments) {
		EndOf annotation = Objects.requireNonNull(end.getParameterAnnotation(EndOf.class));
		Object last = arguments[end.getParameterIndex()];
		boolean reversed = name(begin).equals(annotation.value()) && (last != null)
				&& (arguments[begin.getParameterIndex()] instanceof Comparable<?> first)
				&& (((Comparable<Object>) first).compareTo(last) > 0);
		return reversed
				? Stream.of(new FieldError(name(end), "out_of_range", "must not be before " + name(begin)))
				: Stream.empty();
	}

	/// What clients call a parameter of a handler.
	public static String name(MethodParameter parameter) {
		@Nullable
		RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
		return ((query != null) && !query.name().isEmpty())
				? query.name()
				: String.valueOf(parameter.getParameterName());
	}

	private static List<FieldError> sorted(Stream<FieldError> errors) {
		return errors.sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::code)).toList();
	}

	private static FieldError toError(String field, ConstraintViolation<?> violation) {
		return new FieldError(field, code(violation.getConstraintDescriptor()), violation.getMessage());
	}

	/// What an attribute `code` of the annotation says, else the annotation's name.
	private static String code(ConstraintDescriptor<?> constraint) {
		if (constraint.getAttributes().get("code") instanceof String code) {
			return code;
		}
		String name = constraint.getAnnotation().annotationType().getSimpleName();
		return switch (name) {
			case "NotNull", "NotBlank", "NotEmpty" -> "required";
			case "Min", "Max", "DecimalMin", "DecimalMax" -> "out_of_range";
			default -> NAMES.translate(name).toLowerCase(Locale.ROOT);
		};
	}

	/// A parameter's path is the method and the parameter.
	private static int index(ConstraintViolation<?> violation) {
		Iterator<Path.Node> nodes = violation.getPropertyPath().iterator();
		nodes.next();
		return nodes.next().as(Path.ParameterNode.class).getParameterIndex();
	}

	private static String path(Path path) {
		String joined = StreamSupport.stream(path.spliterator(), false)
				.map(Constraints::segment)
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

}
