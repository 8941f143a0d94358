package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// How clients correct an event.
///
/// @param customer `cus_...` or the organization's own id
/// @param idempotencyKey of the event
/// @param reason for whoever asks later
/// @param quantity of an amended event; what it was where it is not given
/// @param timestamp of an amended event; what it was where it is not given
/// @param properties of an amended event, all of them; what they were where they are not given
record CorrectionRequest(@NotNull Wanted type, @NotNull @Size(min = 1, max = 264) String customer,
		@NotNull @Size(min = 1, max = 255) String idempotencyKey, @NotBlank @Size(max = 500) String reason,
		@Nullable BigDecimal quantity, @Nullable Instant timestamp,
		@JsonDeserialize(contentUsing = ValueDeserializer.class) @Size(max = 50) @Nullable Map<@Size(min = 1, max = 64) String, @Nullable Object> properties) {

	/// What clients can do to an event.
	enum Wanted {
		VOID, AMEND
	}

	/// What it says.
	///
	/// @throws Invalid where something is to become of an event that is voided, or nothing of one that is amended
	Correction.Draft toDraft(UUID customer) {
		boolean amends = given().findAny().isPresent();
		if (amends != (this.type == Wanted.AMEND)) {
			throw amends
					? new Invalid(given().map((field) -> new FieldError(field, "not_applicable",
							"must not be given for an event that is voided")).toList())
					: new Invalid("type", "required",
							"amend must have a quantity, a timestamp or properties to amend");
		}
		return new Correction.Draft(customer, this.idempotencyKey, this.reason,
				amends ? toAmendment() : null);
	}

	/// Times are kept to the microsecond.
	private Amendment toAmendment() {
		return new Amendment(this.quantity,
				(this.timestamp != null) ? this.timestamp.truncatedTo(ChronoUnit.MICROS) : null,
				known(this.properties));
	}

	private Stream<String> given() {
		return Stream.of((this.quantity != null) ? "quantity" : "", (this.timestamp != null) ? "timestamp" : "",
				(this.properties != null) ? "properties" : "").filter((field) -> !field.isEmpty());
	}

	/// `null` is as if it were not there.
	private static @Nullable Map<String, @Nullable Object> known(@Nullable Map<String, @Nullable Object> properties) {
		if (properties == null) {
			return null;
		}
		Map<String, @Nullable Object> known = new HashMap<>(properties);
		known.values().removeIf(Objects::isNull);
		return known;
	}

	/// A property's value as events have it: a text, a plain decimal as exact as it was written, or a boolean.
	static final class ValueDeserializer extends StdScalarDeserializer<Object> {

		private static final int VALUE_LIMIT = 512;

		private static final List<JsonToken> BOOLEANS = List.of(JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE);

		ValueDeserializer() {
			super(Object.class);
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			JsonToken token = parser.currentToken();
			if (BOOLEANS.contains(token)) {
				return token == JsonToken.VALUE_TRUE;
			}
			if (token.isNumeric()) {
				return context.readValue(parser, BigDecimal.class);
			}
			String text = context.readValue(parser, String.class);
			return (text == null || text.length() <= VALUE_LIMIT)
					? text
					: context.handleWeirdStringValue(String.class, text, "must have at most %d characters",
							VALUE_LIMIT);
		}

	}

}
