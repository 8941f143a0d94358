package io.billwright.analytics.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import io.billwright.analytics.wire.UsageEventFormat.Unreadable;
import io.billwright.platform.json.Texts;

import static io.billwright.analytics.wire.UsageEventFormat.require;

/// The JSON object of an event's properties, as records and columns have it. Written and read as a stream of tokens, without
/// a tree.
public final class PropertiesFormat {

	private static final int MAX_DEPTH = 20;

	private static final int MAX_NUMBER_CHARACTERS = 100;

	private static final int BYTES = 128;

	private static final JsonFactory FACTORY = JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
					.maxNestingDepth(MAX_DEPTH)
					.maxNumberLength(MAX_NUMBER_CHARACTERS)
					.build())
			.build();

	private PropertiesFormat() {
	}

	/// The JSON of properties; of none too.
	public static byte[] write(Map<String, @Nullable Object> properties) {
		if (properties instanceof KeptProperties kept) {
			return kept.json();
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(BYTES);
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
			writeObject(json, properties);
		}
		return bytes.toByteArray();
	}

	/// The same as text.
	public static String toText(Map<String, @Nullable Object> properties) {
		return new String(write(properties), StandardCharsets.UTF_8);
	}

	/// Properties of JSON text.
	///
	/// @throws Unreadable where it is no object
	public static Map<String, @Nullable Object> read(String text) {
		return read(text.getBytes(StandardCharsets.UTF_8));
	}

	/// @throws Unreadable where it is not one JSON object
	static Map<String, @Nullable Object> read(byte[] text) {
		try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
			json.nextToken();
			Map<String, @Nullable Object> properties = readObject(json);
			require(json.nextToken() == null, "more than one JSON value");
			return properties;
		}
		catch (JacksonException exception) {
			throw new Unreadable(exception.getClass().getSimpleName());
		}
	}

	private static void writeObject(JsonGenerator json, Map<?, ?> properties) {
		json.writeStartObject();
		properties.forEach((name, value) -> {
			json.writeName(String.valueOf(name));
			writeValue(json, value);
		});
		json.writeEndObject();
	}

	private static void writeValue(JsonGenerator json, @Nullable Object value) {
		switch (value) {
			case null -> json.writeNull();
			case String text -> json.writeString(text);
			case BigDecimal number -> json.writeNumber(number);
			case Boolean flag -> json.writeBoolean(flag);
			case Map<?, ?> object -> writeObject(json, object);
			case List<?> list -> {
				json.writeStartArray();
				list.forEach((element) -> writeValue(json, element));
				json.writeEndArray();
			}
			default -> throw new IllegalArgumentException("A property is a " + value.getClass().getName());
		}
	}

	private static String text(JsonParser json) {
		String text = json.getString();
		require(Texts.canBeKept(text), "a text that cannot be kept");
		return text;
	}

	private static Map<String, @Nullable Object> readObject(JsonParser json) {
		require(json.currentToken() == JsonToken.START_OBJECT, "properties are no object");
		Map<String, @Nullable Object> object = new HashMap<>();
		while (json.nextToken() != JsonToken.END_OBJECT) {
			String name = text(json);
			json.nextToken();
			object.put(name, readValue(json));
		}
		return object;
	}

	private static @Nullable Object readValue(JsonParser json) {
		return switch (json.currentToken()) {
			case VALUE_STRING -> text(json);
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDecimalValue();
			case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
			case START_OBJECT -> readObject(json);
			case START_ARRAY -> readArray(json);
			default -> null;
		};
	}

	private static List<@Nullable Object> readArray(JsonParser json) {
		List<@Nullable Object> array = new ArrayList<>();
		while (json.nextToken() != JsonToken.END_ARRAY) {
			array.add(readValue(json));
		}
		return array;
	}

}
