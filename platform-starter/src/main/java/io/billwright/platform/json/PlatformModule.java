package io.billwright.platform.json;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;
import io.billwright.platform.money.Decimals;
import io.billwright.platform.money.Money;

/// How the platform's own types look in JSON: ids as their text form, decimals as plain decimal strings, money as an
/// object of amount and currency.
final class PlatformModule extends SimpleModule {

	PlatformModule() {
		super("billwright");
		addSerializer(TypedId.class, new TypedIdSerializer());
		addDeserializer(String.class, new TextDeserializer());
		addKeyDeserializer(String.class, new NameDeserializer());
		addDeserializer(Currency.class, new CurrencyDeserializer());
		addSerializer(BigDecimal.class, new DecimalSerializer());
		addDeserializer(BigDecimal.class, new DecimalDeserializer());
		addSerializer(Money.class, new MoneySerializer());
		addDeserializer(Money.class, new MoneyDeserializer());
	}

	@Override
	public void setupModule(SetupContext context) {
		super.setupModule(context);
		context.addDeserializers(new TypedIdDeserializers());
	}

	private static final class TypedIdSerializer extends StdSerializer<TypedId> {

		TypedIdSerializer() {
			super(TypedId.class);
		}

		@Override
		public void serialize(TypedId id, JsonGenerator generator, SerializationContext context) {
			generator.writeString(id.text());
		}

	}

	private static final class TypedIdDeserializers extends Deserializers.Base {

		@Override
		public @Nullable ValueDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
				BeanDescription.Supplier description) {
			return type.isTypeOrSubTypeOf(TypedId.class)
					? new TypedIdDeserializer(type.getRawClass().asSubclass(TypedId.class))
					: null;
		}

		@Override
		public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
			return TypedId.class.isAssignableFrom(type);
		}

	}

	private static final class TypedIdDeserializer extends StdScalarDeserializer<Object> {

		private final Class<? extends TypedId> type;

		TypedIdDeserializer(Class<? extends TypedId> type) {
			super(type);
			this.type = type;
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				return context.handleUnexpectedToken(context.constructType(this.type), parser);
			}
			String text = parser.getString();
			try {
				return Ids.parse(this.type, text);
			}
			catch (IllegalArgumentException ex) {
				return context.handleWeirdStringValue(this.type, text, "%s", ex.getMessage());
			}
		}

	}

	/// Jackson would take a number or a boolean for a string, and escaped halves of characters.
	private static final class TextDeserializer extends StdScalarDeserializer<String> {

		TextDeserializer() {
			super(String.class);
		}

		@Override
		public @Nullable String deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				return (String) context.handleUnexpectedToken(context.constructType(String.class), parser);
			}
			String text = parser.getString();
			return Texts.canBeKept(text)
					? text
					: (String) context.handleWeirdStringValue(String.class, text, Texts.CANNOT_BE_KEPT);
		}

	}

	/// Names that clients choose, which end up beside their texts.
	private static final class NameDeserializer extends KeyDeserializer {

		@Override
		public @Nullable Object deserializeKey(String name, DeserializationContext context) {
			return Texts.canBeKept(name)
					? name
					: context.handleWeirdKey(String.class, name, Texts.CANNOT_BE_KEPT);
		}

	}

	/// Amounts need minor units, which gold (XAU) and no currency (XXX) lack.
	private static final class CurrencyDeserializer extends StdScalarDeserializer<Currency> {

		private static final Map<String, Currency> CURRENCIES = Currency.availableCurrencies()
				.filter((currency) -> currency.getDefaultFractionDigits() >= 0)
				.collect(Collectors.toUnmodifiableMap(Currency::getCurrencyCode, Function.identity()));

		CurrencyDeserializer() {
			super(Currency.class);
		}

		@Override
		public @Nullable Currency deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				return (Currency) context.handleUnexpectedToken(context.constructType(Currency.class), parser);
			}
			String code = parser.getString();
			Currency currency = CURRENCIES.get(code);
			return (currency != null)
					? currency
					: (Currency) context.handleWeirdStringValue(Currency.class, code, "is not a currency");
		}

	}

	private static final class DecimalSerializer extends StdSerializer<BigDecimal> {

		DecimalSerializer() {
			super(BigDecimal.class);
		}

		@Override
		public void serialize(BigDecimal value, JsonGenerator generator, SerializationContext context) {
			generator.writeString(value.toPlainString());
		}

	}

	private static final class DecimalDeserializer extends StdScalarDeserializer<BigDecimal> {

		DecimalDeserializer() {
			super(BigDecimal.class);
		}

		@Override
		public @Nullable BigDecimal deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING) && !parser.currentToken().isNumeric()) {
				return (BigDecimal) context.handleUnexpectedToken(context.constructType(BigDecimal.class), parser);
			}
			String text = parser.getString();
			try {
				return Decimals.parse(text);
			}
			catch (NumberFormatException ex) {
				return (BigDecimal) context.handleWeirdStringValue(BigDecimal.class, text, "%s", ex.getMessage());
			}
		}

	}

	private static final class MoneySerializer extends StdSerializer<Money> {

		MoneySerializer() {
			super(Money.class);
		}

		@Override
		public void serialize(Money money, JsonGenerator generator, SerializationContext context) {
			generator.writeStartObject();
			generator.writeStringProperty("amount", money.amount());
			generator.writeStringProperty("currency", money.currency().getCurrencyCode());
			generator.writeEndObject();
		}

	}

	private static final class MoneyDeserializer extends StdScalarDeserializer<Money> {

		MoneyDeserializer() {
			super(Money.class);
		}

		@Override
		public @Nullable Money deserialize(JsonParser parser, DeserializationContext context) {
			MoneyForm form = context.readValue(parser, MoneyForm.class);
			if ((form == null) || (form.amount() == null) || (form.currency() == null)) {
				return (Money) context.handleWeirdStringValue(Money.class, "", "must have an amount and a currency");
			}
			try {
				return Money.parse(form.amount(), form.currency());
			}
			catch (ArithmeticException | IllegalArgumentException ex) {
				return (Money) context.handleWeirdStringValue(Money.class, form.amount(),
						"must have an amount that is a decimal string with at most %d decimals",
						form.currency().getDefaultFractionDigits());
			}
		}

	}

	private record MoneyForm(@Nullable String amount, @Nullable Currency currency) {}

}
