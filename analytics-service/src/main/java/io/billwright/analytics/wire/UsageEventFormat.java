package io.billwright.analytics.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.money.Decimals;

/// The JSON of an event on its way to a shard, for example
///
/// ```json
/// {"org":"0190..","live":true,"cus":"0190..","met":"api_calls","key":"k-1","qty":"1.5","ts":1767225600000000,
///  "acc":1767225600123456,"props":{"region":"eu"}}
/// ```
///
/// Times are microseconds since 1970. Written and read as a stream of tokens, without a tree.
public final class UsageEventFormat {

	private static final int EVENT_BYTES = 256;

	private static final int MAX_DEPTH = 20;

	private static final int MAX_NUMBER_CHARACTERS = 100;

	private static final JsonFactory FACTORY = JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
					.maxNestingDepth(MAX_DEPTH)
					.maxNumberLength(MAX_NUMBER_CHARACTERS)
					.build())
			.build();

	private UsageEventFormat() {
	}

	/// A record's value that is no event. The message holds none of its data.
	public static final class Unreadable extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Unreadable(String message) {
			super(message);
		}

	}

	/// The JSON of an event.
	public static byte[] write(UsageEvent event) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(EVENT_BYTES);
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
			json.writeStartObject();
			json.writeStringProperty("org", event.organization().toString());
			json.writeBooleanProperty("live", event.live());
			json.writeStringProperty("cus", event.customer().toString());
			json.writeStringProperty("met", event.metric());
			json.writeStringProperty("key", event.key());
			json.writeStringProperty("qty", event.quantity().toPlainString());
			json.writeNumberProperty("ts", micros(event.timestamp()));
			json.writeNumberProperty("acc", micros(event.acceptedAt()));
			if (!event.properties().isEmpty()) {
				json.writeName("props");
				writeObject(json, event.properties());
			}
			json.writeEndObject();
		}
		return bytes.toByteArray();
	}

	/// The event of a record's value; unknown names are passed over.
	///
	/// @throws Unreadable where it is none
	public static UsageEvent read(byte @Nullable [] value) {
		if (value == null) {
			throw new Unreadable("a record without a value");
		}
		try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), value)) {
			require(json.nextToken() == JsonToken.START_OBJECT, "no JSON object");
			Draft draft = new Draft();
			while (json.nextToken() == JsonToken.PROPERTY_NAME) {
				draft.read(json.currentName(), json);
			}
			require(json.nextToken() == null, "more than one JSON value");
			return draft.toEvent();
		}
		catch (JacksonException | IllegalArgumentException exception) {
			throw new Unreadable(exception.getClass().getSimpleName());
		}
	}

	/// Properties as JSON text, for example for a column; the empty map too.
	public static String writeProperties(Map<String, @Nullable Object> properties) {
		java.io.StringWriter text = new java.io.StringWriter();
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
			writeObject(json, properties);
		}
		return text.toString();
	}

	/// Properties of JSON text.
	///
	/// @throws Unreadable where it is no object
	public static Map<String, @Nullable Object> readProperties(String text) {
		try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
			json.nextToken();
			return readObject(json);
		}
		catch (JacksonException exception) {
			throw new Unreadable(exception.getClass().getSimpleName());
		}
	}

	/// Microseconds since 1970.
	private static long micros(Instant moment) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
	}

	private static Instant instant(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new Unreadable(message);
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

	/// A text that PostgreSQL can keep.
	private static String text(JsonParser json) {
		String text = json.getString();
		require(text.indexOf('\0') < 0, "a text with a NUL character");
		return text;
	}

	private static Map<String, @Nullable Object> readObject(JsonParser json) {
		require(json.currentToken() == JsonToken.START_OBJECT, "props is no object");
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

	/// The fields read so far.
	private static final class Draft {

		private @Nullable UUID organization;

		private boolean live;

		private boolean liveRead;

		private @Nullable UUID customer;

		private @Nullable String metric;

		private @Nullable String key;

		private @Nullable BigDecimal quantity;

		private @Nullable Instant timestamp;

		private @Nullable Instant acceptedAt;

		private Map<String, @Nullable Object> properties = Map.of();

		void read(String name, JsonParser json) {
			json.nextToken();
			switch (name) {
				case "org" -> this.organization = UUID.fromString(json.getString());
				case "live" -> {
					this.live = json.getBooleanValue();
					this.liveRead = true;
				}
				case "cus" -> this.customer = UUID.fromString(json.getString());
				case "met" -> this.metric = text(json);
				case "key" -> this.key = text(json);
				case "qty" -> this.quantity = Decimals.parse(json.getString());
				case "ts" -> this.timestamp = instant(json.getLongValue());
				case "acc" -> this.acceptedAt = instant(json.getLongValue());
				case "props" -> this.properties = readObject(json);
				default -> json.skipChildren();
			}
		}

		UsageEvent toEvent() {
			if (this.organization == null || this.customer == null || this.metric == null || this.key == null
					|| this.quantity == null || this.timestamp == null || this.acceptedAt == null || !this.liveRead) {
				throw new Unreadable("a field is missing");
			}
			return new UsageEvent(this.organization, this.live, this.customer, this.metric, this.key, this.quantity,
					this.timestamp, this.acceptedAt, this.properties);
		}

	}

}
