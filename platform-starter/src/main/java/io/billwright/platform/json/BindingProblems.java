package io.billwright.platform.json;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.jsontype.TypeIdResolver;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.validation.Expectations;

/// Collects what cannot be bound instead of stopping at the first problem. Jackson's own collector throws the value
/// away; here it is kept, with nothing in the places that failed, so that its constraints can be checked as well.
final class BindingProblems extends DeserializationProblemHandler {

	/// More than this helps nobody.
	static final int LIMIT = 100;

	private final List<FieldError> errors = new ArrayList<>();

	List<FieldError> errors() {
		return this.errors;
	}

	/// Whether the field, or a part of it, is blamed already.
	boolean told(String field) {
		return this.errors.stream()
				.map(FieldError::field)
				.anyMatch((told) -> told.equals(field) || told.startsWith(field + ".") || told.startsWith(field + "["));
	}

	/// Keeps the problem, unless it follows from one that was kept before.
	void add(FieldError error) {
		if ((this.errors.size() < LIMIT) && !told(error.field())) {
			this.errors.add(error);
		}
	}

	@Override
	public boolean handleUnknownProperty(DeserializationContext context, JsonParser parser,
			ValueDeserializer<?> deserializer, Object beanOrClass, String name) {
		add(new FieldError(path(parser), "unknown_field", "is not a field of this request"));
		parser.skipChildren();
		return true;
	}

	@Override
	public @Nullable Object handleWeirdStringValue(DeserializationContext context, Class<?> type, String value,
			String message) {
		return fail(context.getParser(), type, Expectations.of(type, message));
	}

	/// The name is not repeated: nobody could read it.
	@Override
	public @Nullable Object handleWeirdKey(DeserializationContext context, Class<?> type, String name, String message) {
		add(new FieldError(path(context.getParser().streamReadContext().getParent()), "malformed", message));
		return null;
	}

	@Override
	public @Nullable Object handleWeirdNumberValue(DeserializationContext context, Class<?> type, Number value,
			String message) {
		return fail(context.getParser(), type, Expectations.of(type, message));
	}

	@Override
	public @Nullable Object handleUnexpectedToken(DeserializationContext context, JavaType type, JsonToken token,
			JsonParser parser, String message) {
		Object none = fail(parser, type.getRawClass(), expectation(type));
		parser.skipChildren();
		return none;
	}

	@Override
	public @Nullable Object handleInstantiationProblem(DeserializationContext context, Class<?> type, Object argument,
			Throwable cause) {
		return fail(context.getParser(), type,
				(cause instanceof IllegalArgumentException) ? String.valueOf(cause.getMessage()) : "is not valid");
	}

	@Override
	public @Nullable Object handleMissingInstantiator(DeserializationContext context, Class<?> type,
			@Nullable ValueInstantiator instantiator, JsonParser parser, String message) {
		Object none = fail(parser, type, "is not of the expected form");
		parser.skipChildren();
		return none;
	}

	@Override
	public @Nullable JavaType handleUnknownTypeId(DeserializationContext context, JavaType base, String id,
			TypeIdResolver resolver, String message) {
		add(new FieldError(path(context.getParser()), "unknown_value",
				"must be one of " + resolver.getDescForKnownTypeIds()));
		return context.constructType(Void.class);
	}

	@Override
	public @Nullable JavaType handleMissingTypeId(DeserializationContext context, JavaType base,
			TypeIdResolver resolver,
			String message) {
		add(new FieldError(path(context.getParser()), "malformed",
				"must say which it is: one of " + resolver.getDescForKnownTypeIds()));
		return context.constructType(Void.class);
	}

	private @Nullable Object fail(JsonParser parser, Class<?> type, String message) {
		add(new FieldError(path(parser), "malformed", message));
		return type.isPrimitive() ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0) : null;
	}

	private static String expectation(JavaType type) {
		if (type.isCollectionLikeType() || type.isArrayType()) {
			return "must be an array";
		}
		return Expectations.of(type.getRawClass(), "is not of the expected form");
	}

	/// The place as clients write it: `lines[0].quantity`. At the beginning of an array or object that is the place of
	/// the whole of it.
	static String path(JsonParser parser) {
		TokenStreamContext context = parser.streamReadContext();
		boolean entering = parser.hasToken(JsonToken.START_ARRAY) || parser.hasToken(JsonToken.START_OBJECT);
		return path(entering ? context.getParent() : context);
	}

	private static String path(@Nullable TokenStreamContext context) {
		StringBuilder path = new StringBuilder();
		append(context, path);
		return path.isEmpty() ? "body" : path.toString();
	}

	private static void append(@Nullable TokenStreamContext context, StringBuilder path) {
		if ((context == null) || context.inRoot()) {
			return;
		}
		append(context.getParent(), path);
		if (context.inArray()) {
			path.append('[').append(Math.max(0, context.getCurrentIndex())).append(']');
		}
		else if (context.currentName() != null) {
			path.append(path.isEmpty() ? "" : ".").append(context.currentName());
		}
	}

}
