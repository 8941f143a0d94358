package io.billwright.invoice.catalog;

import java.math.BigDecimal;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/// Teaches JSON the pricing models: which there are is up to the [PricingFormat] beans.
@Component
final class PricingModule extends SimpleModule {

	PricingModule(List<PricingFormat> formats) {
		super("pricing");
		setMixInAnnotation(PricingModel.class, ByModel.class);
		formats.forEach((format) -> registerSubtypes(new NamedType(format.type(), format.model())));
		addSerializer(UnitAmount.class, new UnitAmountSerializer());
		addDeserializer(UnitAmount.class, new UnitAmountDeserializer());
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "model")
	private interface ByModel {

	}

	private static final class UnitAmountSerializer extends StdScalarSerializer<UnitAmount> {

		UnitAmountSerializer() {
			super(UnitAmount.class);
		}

		@Override
		public void serialize(UnitAmount amount, JsonGenerator generator, SerializationContext context) {
			generator.writeString(amount.toString());
		}

	}

	private static final class UnitAmountDeserializer extends StdScalarDeserializer<UnitAmount> {

		UnitAmountDeserializer() {
			super(UnitAmount.class);
		}

		@Override
		public @Nullable UnitAmount deserialize(JsonParser parser, DeserializationContext context) {
			BigDecimal value = context.readValue(parser, BigDecimal.class);
			try {
				return (value != null) ? new UnitAmount(value) : null;
			}
			catch (IllegalArgumentException ex) {
				return (UnitAmount) context.handleWeirdStringValue(UnitAmount.class, value.toPlainString(), "%s",
						ex.getMessage());
			}
		}

	}

}
