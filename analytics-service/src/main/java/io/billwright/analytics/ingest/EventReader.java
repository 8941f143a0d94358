package io.billwright.analytics.ingest;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import io.billwright.analytics.usage.EventKey;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.json.MalformedJson;
import io.billwright.platform.json.Texts;
import io.billwright.platform.money.Decimals;

/// Reads the events of one body, straight from its bytes. All that is wrong with an event is told at once, and is nobody
/// else's concern.
final class EventReader {

	/// Events of one body.
	static final int EVENTS_LIMIT = 10_000;

	/// How far back a timestamp may lie: as long as keys are known.
	static final Duration PAST_LIMIT = EventKey.LIFE;

	/// Characters of a key.
	static final int KEY_LIMIT = 255;

	/// Characters of a customer's id, as in invoice-service.
	static final int CUSTOMER_LIMIT = 255;

	/// Characters of a metric's name.
	static final int METRIC_LIMIT = 100;

	/// Properties of one event.
	static final int PROPERTIES_LIMIT = 50;

	/// Characters of a property's name.
	static final int NAME_LIMIT = 64;

	/// Characters of a property's value.
	static final int VALUE_LIMIT = 512;

	private static final int PROBLEMS_LIMIT = 20;

	/// A number's text is looked at only once it is known to be short, and nesting is skipped without recursion: neither may
	/// spoil the rest of a body.
	private static final JsonFactory FACTORY = JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
					.maxNumberLength(Integer.MAX_VALUE)
					.maxNestingDepth(1_000)
					.build())
			.build();

	private static final String EVENT = "event";

	private final Form form;

	private final boolean keyRequired;

	private final Instant now;

	private final Supplier<String> newKey;

	private final Duration pastLimit;

	private final List<Item> items = new ArrayList<>();

	private Draft draft = new Draft();

	/// @param keyRequired whether an event that says nothing of its key is refused
	/// @param now what timestamps are compared with, and the timestamp of an event that has none
	/// @param newKey makes the key of an event that has none
	EventReader(Form form, boolean keyRequired, Instant now, Supplier<String> newKey) {
		this(form, keyRequired, now, newKey, PAST_LIMIT);
	}

	/// @param pastLimit how far back timestamps may lie
	EventReader(Form form, boolean keyRequired, Instant now, Supplier<String> newKey, Duration pastLimit) {
		this.form = form;
		this.keyRequired = keyRequired;
		this.now = now;
		this.newKey = newKey;
		this.pastLimit = pastLimit;
	}

	/// The events of a body in their order.
	///
	/// @throws MalformedJson where nothing of it is JSON
	/// @throws Invalid where it is empty, or no object or array
	/// @throws IngestFailure.TooManyEvents where it has more than it may
	List<Item> read(byte[] body) {
		if (this.form == Form.LINES) {
			readLines(body);
		}
		else {
			readDocument(body);
		}
		if (this.items.isEmpty()) {
			throw new Invalid("body", "required", "must have at least one event");
		}
		return this.items;
	}

	private void readDocument(byte[] body) {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body, 0, body.length)) {
			JsonToken first = parser.nextToken();
			if (first == JsonToken.START_OBJECT && this.form != Form.CLOUD_EVENTS) {
				this.items.add(readEvent(parser));
			}
			else if (first == JsonToken.START_ARRAY && this.form != Form.CLOUD_EVENT) {
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					add(readElement(parser));
				}
			}
			else if (first != null) {
				throw new Invalid("body", "malformed", switch (this.form) {
					case CLOUD_EVENT -> "must be a JSON object";
					case CLOUD_EVENTS -> "must be an array of JSON objects";
					default -> "must be a JSON object or an array of them";
				});
			}
			if (parser.nextToken() != null) {
				throw new MalformedJson("The body goes on after its end.");
			}
		}
		catch (JacksonException ex) {
			throw new MalformedJson("The body is not valid JSON (line %d, column %d).".formatted(
					ex.getLocation().getLineNr(), ex.getLocation().getColumnNr()));
		}
	}

	private void readLines(byte[] body) {
		boolean legible = false;
		for (int begin = 0; begin < body.length;) {
			int end = begin;
			while (end < body.length && body[end] != '\n') {
				end++;
			}
			if (!isBlank(body, begin, end)) {
				@Nullable
				Item item = readLine(body, begin, end);
				legible |= item != null;
				add((item != null)
						? item
						: Item.Malformed.of(null, EVENT, "malformed_json", "is not one JSON value on one line"));
			}
			begin = end + 1;
		}
		if (!legible && !this.items.isEmpty()) {
			throw new MalformedJson("No line of the body is valid JSON.");
		}
	}

	/// `null` where it is not JSON.
	private @Nullable Item readLine(byte[] body, int begin, int end) {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body, begin, end - begin)) {
			parser.nextToken();
			Item item = readElement(parser);
			return (parser.nextToken() == null) ? item : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static boolean isBlank(byte[] body, int begin, int end) {
		for (int i = begin; i < end; i++) {
			if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
				return false;
			}
		}
		return true;
	}

	private void add(Item item) {
		if (this.items.size() == EVENTS_LIMIT) {
			throw new IngestFailure.TooManyEvents(EVENTS_LIMIT);
		}
		this.items.add(item);
	}

	private Item readElement(JsonParser parser) {
		if (parser.hasToken(JsonToken.START_OBJECT)) {
			return readEvent(parser);
		}
		parser.skipChildren();
		return Item.Malformed.of(null, EVENT, "malformed", "must be a JSON object");
	}

	private Item readEvent(JsonParser parser) {
		this.draft = new Draft();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			if (this.form.isCloudEvents()) {
				readAttribute(parser, name);
			}
			else {
				readField(parser, name);
			}
		}
		return this.form.isCloudEvents() ? this.draft.toCloudEvent() : this.draft.toEvent();
	}

	private void readField(JsonParser parser, String name) {
		switch (name) {
			case "idempotency_key" -> {
				this.draft.keyToken = parser.currentToken();
				this.draft.key = text(parser, name, this.draft.key, KEY_LIMIT);
			}
			case "customer" -> this.draft.customer = text(parser, name, this.draft.customer, CUSTOMER_LIMIT);
			case "metric" -> this.draft.metric = text(parser, name, this.draft.metric, METRIC_LIMIT);
			case "quantity" -> readQuantity(parser, name);
			case "timestamp" -> readTimestamp(parser, name);
			case "properties" -> readProperties(parser, name, false);
			default -> {
				parser.skipChildren();
				// A name is the client's: it is told in full only as far as one of ours would go.
				problem(name.substring(0, Math.min(name.length(), NAME_LIMIT)), "unknown_field",
						"is not a field of an event");
			}
		}
	}

	/// CloudEvents 1.0.2: what is not known is an extension, which whoever reads it may leave out.
	private void readAttribute(JsonParser parser, String name) {
		switch (name) {
			case "specversion" -> {
				this.draft.version = text(parser, name, this.draft.version, METRIC_LIMIT);
				if (this.draft.version != null && !this.draft.version.equals("1.0")) {
					problem(name, "unknown_value", "must be 1.0");
				}
			}
			case "id" -> this.draft.key = text(parser, name, this.draft.key, KEY_LIMIT);
			case "source" -> this.draft.source = text(parser, name, this.draft.source, KEY_LIMIT);
			case "type" -> this.draft.metric = text(parser, name, this.draft.metric, METRIC_LIMIT);
			case "subject" -> this.draft.customer = text(parser, name, this.draft.customer, CUSTOMER_LIMIT);
			case "time" -> readTimestamp(parser, name);
			case "data" -> readProperties(parser, name, true);
			case "data_base64" -> {
				parser.skipChildren();
				problem(name, "malformed", "must be JSON, in data");
			}
			default -> parser.skipChildren();
		}
	}

	private @Nullable String text(JsonParser parser, String field, @Nullable String before, int limit) {
		if (parser.hasToken(JsonToken.VALUE_NULL)) {
			return before;
		}
		if (!parser.hasToken(JsonToken.VALUE_STRING)) {
			parser.skipChildren();
			problem(field, "malformed", "must be a string");
			return before;
		}
		String text = parser.getString();
		if (before != null) {
			problem(field, "malformed", "is given twice");
		}
		if (text.isEmpty() || text.length() > limit) {
			problem(field, "size", "must have 1 to " + limit + " characters");
			return before;
		}
		if (hasControls(text)) {
			problem(field, "malformed", "must not have control characters");
			return before;
		}
		if (!Texts.canBeKept(text)) {
			problem(field, "malformed", Texts.CANNOT_BE_KEPT);
			return before;
		}
		return text;
	}

	private static boolean hasControls(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character < ' ' || character == 0x7f) {
				return true;
			}
		}
		return false;
	}

	private void readQuantity(JsonParser parser, String field) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.VALUE_NULL) {
			return;
		}
		if (this.draft.quantity != null) {
			problem(field, "malformed", "is given twice");
		}
		if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
			parser.skipChildren();
			problem(field, "malformed", "must be a number or a string with one");
			return;
		}
		this.draft.quantity = decimal(parser, field);
	}

	/// As exact as it was written. An exponent could name a number of a billion digits.
	private @Nullable BigDecimal decimal(JsonParser parser, String field) {
		try {
			return Decimals.parse(parser.getString());
		}
		catch (NumberFormatException ex) {
			problem(field, "malformed",
					"must be a plain decimal with at most 18 digits before and 18 after the point");
			return null;
		}
	}

	private void readTimestamp(JsonParser parser, String field) {
		if (parser.hasToken(JsonToken.VALUE_NULL)) {
			return;
		}
		if (!parser.hasToken(JsonToken.VALUE_STRING)) {
			parser.skipChildren();
			problem(field, "malformed", "must be a string");
			return;
		}
		if (this.draft.timestamp != null) {
			problem(field, "malformed", "is given twice");
		}
		try {
			Instant timestamp = Timestamps.parse(parser.getString());
			this.draft.timestamp = timestamp;
			if (timestamp.isBefore(this.now.minus(this.pastLimit))) {
				problem(field, "timestamp_too_old",
						"must not be more than " + this.pastLimit.toDays() + " days ago");
			}
			else if (timestamp.isAfter(this.now.plus(UsageEvent.FUTURE_LIMIT))) {
				problem(field, "timestamp_in_future", "must not be more than 5 minutes ahead");
			}
		}
		catch (DateTimeException ex) {
			problem(field, "malformed", "must be an instant such as 2026-11-20T08:30:00Z");
		}
	}

	/// @param withQuantity whether the quantity is among them
	private void readProperties(JsonParser parser, String field, boolean withQuantity) {
		if (parser.hasToken(JsonToken.VALUE_NULL)) {
			return;
		}
		if (!parser.hasToken(JsonToken.START_OBJECT)) {
			parser.skipChildren();
			problem(field, "malformed", "must be an object");
			return;
		}
		if (this.draft.properties != null) {
			problem(field, "malformed", "is given twice");
		}
		Map<String, @Nullable Object> properties = new HashMap<>();
		int count = 0;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			if (withQuantity && name.equals("quantity")) {
				readQuantity(parser, "data.quantity");
			}
			else if (++count <= PROPERTIES_LIMIT) {
				readProperty(parser, field, name, properties);
			}
			else {
				parser.skipChildren();
			}
		}
		if (count > PROPERTIES_LIMIT) {
			problem(field, "size", "must have at most " + PROPERTIES_LIMIT + " properties");
		}
		this.draft.properties = properties;
	}

	private void readProperty(JsonParser parser, String field, String name, Map<String, @Nullable Object> properties) {
		if (name.isEmpty() || name.length() > NAME_LIMIT || hasControls(name)) {
			parser.skipChildren();
			problem(field, "size", "must have names of 1 to " + NAME_LIMIT + " characters without control characters");
			return;
		}
		String path = field + "." + name;
		@Nullable
		Object value = switch (parser.currentToken()) {
			case VALUE_STRING -> value(parser, path);
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> decimal(parser, path);
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			default -> {
				parser.skipChildren();
				problem(path, "malformed", "must be a string, a number or a boolean");
				yield null;
			}
		};
		if (value != null && properties.put(name, value) != null) {
			problem(path, "malformed", "is given twice");
		}
	}

	private @Nullable String value(JsonParser parser, String path) {
		String text = parser.getString();
		if (text.length() > VALUE_LIMIT) {
			problem(path, "size", "must have at most " + VALUE_LIMIT + " characters");
		}
		else if (!Texts.canBeKept(text)) {
			problem(path, "malformed", Texts.CANNOT_BE_KEPT);
		}
		return text;
	}

	private void problem(String field, String code, String message) {
		if (this.draft.problems.size() < PROBLEMS_LIMIT) {
			if (this.draft.problems.isEmpty()) {
				this.draft.problems = new ArrayList<>();
			}
			this.draft.problems.add(new FieldError(field, code, message));
		}
	}

	/// What was read of an event so far.
	private final class Draft {

		private List<FieldError> problems = List.of();

		/// What stood in the place of the key; `null` where there was none.
		private @Nullable JsonToken keyToken;

		private @Nullable String key;

		private @Nullable String source;

		private @Nullable String version;

		private @Nullable String customer;

		private @Nullable String metric;

		private @Nullable BigDecimal quantity;

		private @Nullable Instant timestamp;

		private @Nullable Map<String, @Nullable Object> properties;

		/// Without a key nobody can tell a repeated event from a second one: whoever wants one to be made says so with `null`.
		Item toEvent() {
			if (this.keyToken == null && EventReader.this.keyRequired) {
				problem("idempotency_key", "required",
						"must be given; null asks for a new one, with which a repeated event counts again");
			}
			return toItem("customer", "metric");
		}

		/// Source and id together name an event (CloudEvents 1.0.2, 3.1.1); a source has no spaces.
		Item toCloudEvent() {
			require("specversion", this.version);
			require("id", this.key);
			require("source", this.source);
			if (this.key != null && this.source != null) {
				this.key = this.source + ' ' + this.key;
				if (this.key.length() > KEY_LIMIT) {
					problem("id", "size", "must have, with source, at most " + (KEY_LIMIT - 1) + " characters");
				}
			}
			return toItem("subject", "type");
		}

		private Item toItem(String customerField, String metricField) {
			require(customerField, this.customer);
			require(metricField, this.metric);
			if (this.customer == null || this.metric == null || !this.problems.isEmpty()) {
				return new Item.Malformed(this.key, this.problems);
			}
			boolean generated = this.key == null;
			return new Item.WellFormed((this.key != null) ? this.key : EventReader.this.newKey.get(), generated,
					this.customer,
					this.metric, (this.quantity != null) ? this.quantity : BigDecimal.ONE,
					(this.timestamp != null) ? this.timestamp : EventReader.this.now,
					(this.properties != null) ? this.properties : Map.of());
		}

		private void require(String field, @Nullable String value) {
			if (value == null && this.problems.stream().noneMatch((problem) -> problem.field().equals(field))) {
				problem(field, "required", "must be given");
			}
		}

	}

}
