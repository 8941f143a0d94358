package io.billwright.platform.openapi;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.ids.TypedId;
import io.billwright.platform.money.Money;

/// Describes the platform's own types as its JSON shows them, and which fields of a record may be null.
final class ApiTypes implements ModelConverter {

	private static final String REF = "#/components/schemas/";

	private static final String EXAMPLE = new OrganizationId(UUID.fromString("01935f2a-7b6e-7c3d-8a4f-2f1c0b9e6d58"))
			.text()
			.substring("org".length());

	/// What a client must send is said by constraint annotations; what it gets, by the type alone. And it must send nothing
	/// else.
	private static final String REQUEST = "Request";

	private static final Names NAMES = new Names();

	@Override
	public @Nullable Schema<?> resolve(AnnotatedType type, ModelConverterContext context,
			Iterator<ModelConverter> chain) {
		Class<?> raw = Json.mapper().constructType(type.getType()).getRawClass();
		if (raw == Money.class) {
			context.defineModel("Money", money());
			return reference("Money");
		}
		Schema<?> scalar = scalar(raw);
		if ((scalar != null) || !chain.hasNext()) {
			return scalar;
		}
		Schema<?> resolved = chain.next().resolve(type, context, chain);
		if (raw.isRecord() && (resolved != null)) {
			describe(raw, model(resolved, context));
		}
		return resolved;
	}

	private static @Nullable Schema<?> scalar(Class<?> type) {
		if (TypedId.class.isAssignableFrom(type) && (type != TypedId.class)) {
			String prefix = Ids.prefix(type.asSubclass(TypedId.class));
			return string("^" + prefix + "_[0-7][0-9a-hjkmnp-tv-z]{25}$", prefix + EXAMPLE);
		}
		if (type.isEnum()) {
			return oneOf(Arrays.stream(type.getEnumConstants())
					.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT)));
		}
		if (type == BigDecimal.class) {
			return string("^-?\\d+(\\.\\d+)?$", "12.50");
		}
		if (type == Currency.class) {
			return string("^[A-Z]{3}$", "EUR");
		}
		if (type == Instant.class) {
			return string(null, "2026-11-20T08:30:00Z").format("date-time");
		}
		if (type == LocalDate.class) {
			return string(null, "2026-11-20").format("date");
		}
		return ZoneId.class.isAssignableFrom(type) ? string(null, "Europe/Berlin") : null;
	}

	private static Schema<?> money() {
		Schema<?> money = typed("object").description("An amount of one currency, exact to its last digit");
		money.addProperty("amount", string("^-?\\d+(\\.\\d+)?$", "365.13")
				.description("Decimal with exactly the currency's digits: JPY 0, EUR 2, KWD 3"));
		money.addProperty("currency", string("^[A-Z]{3}$", "EUR").description("ISO 4217 code"));
		money.setRequired(List.of("amount", "currency"));
		return money;
	}

	private static Schema<?> model(Schema<?> resolved, ModelConverterContext context) {
		String reference = resolved.get$ref();
		Schema<?> model = (reference != null)
				? context.getDefinedModels().get(reference.substring(REF.length()))
				: null;
		return (model != null) ? model : resolved;
	}

	private static void describe(Class<?> type, Schema<?> model) {
		if (model.getProperties() == null) {
			return;
		}
		for (RecordComponent component : type.getRecordComponents()) {
			String name = name(component, model);
			Schema<?> property = model.getProperties().get(name);
			if (property == null) {
				continue;
			}
			if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
				model.getProperties().put(name, nullable(property));
			}
			else if (!isRequest(type) && !isRequired(model, name) && !isLeftOut(type, component)) {
				model.addRequiredItem(name);
			}
			describeFilled(component, property);
		}
		if (isRequest(type)) {
			model.setAdditionalProperties(false);
		}
	}

	/// swagger takes `issueDate` for a name that begins with `is`, and gives it back as it was.
	private static String name(RecordComponent component, Schema<?> model) {
		String name = NAMES.translate(component.getName());
		Schema<?> property = model.getProperties().get(component.getName());
		if (!model.getProperties().containsKey(name) && (property != null)) {
			model.getProperties().remove(component.getName());
			model.getProperties().put(name, property);
		}
		return name;
	}

	/// Whether a list is not written where it is empty.
	private static boolean isLeftOut(Class<?> type, RecordComponent component) {
		JsonInclude include = type.getAnnotation(JsonInclude.class);
		return (include != null) && (include.value() == JsonInclude.Include.NON_EMPTY)
				&& Collection.class.isAssignableFrom(component.getType());
	}

	private static boolean isRequest(Class<?> type) {
		Class<?> outer = type.getEnclosingClass();
		return type.getSimpleName().endsWith(REQUEST) || ((outer != null) && isRequest(outer));
	}

	/// What must not be blank or empty has something in it.
	private static void describeFilled(RecordComponent component, Schema<?> property) {
		boolean least = component.getAccessor().isAnnotationPresent(NotBlank.class)
				|| component.getAccessor().isAnnotationPresent(NotEmpty.class);
		if (least && (property.getItems() != null)) {
			property.setMinItems(1);
		}
		else if (least) {
			property.setMinLength(1);
		}
	}

	private static boolean isRequired(Schema<?> model, String name) {
		return (model.getRequired() != null) && model.getRequired().contains(name);
	}

	private static Schema<?> nullable(Schema<?> property) {
		if (property.get$ref() != null) {
			return new Schema<>(SpecVersion.V31).anyOf(List.of(reference(property.get$ref().substring(REF.length())),
					typed("null")));
		}
		if ((property.getAnyOf() == null) && (property.getType() != null)) {
			property.addType(property.getType());
		}
		if (property.getTypes() != null) {
			property.addType("null");
			if (property.getEnum() != null) {
				property.addEnumItemObject(null);
			}
		}
		return property;
	}

	static Schema<?> oneOf(Stream<String> values) {
		Schema<Object> schema = typed("string");
		schema.setEnum(List.copyOf(values.toList()));
		return schema;
	}

	static Schema<?> reference(String name) {
		return new Schema<>(SpecVersion.V31).$ref(REF + name);
	}

	static Schema<?> string(@Nullable String pattern, @Nullable String example) {
		Schema<?> schema = typed("string");
		schema.setPattern(pattern);
		if (example != null) {
			// Setting none would say that null is one.
			schema.setExample(example);
		}
		return schema;
	}

	static Schema<Object> typed(String type) {
		Schema<Object> schema = new Schema<>(SpecVersion.V31);
		schema.setType(type.equals("null") ? null : type);
		schema.addType(type);
		return schema;
	}

	/// Opens the strategy's translation of a single name.
	private static final class Names extends SnakeCaseStrategy {

		@Override
		public String translate(String name) {
			return super.translate(name);
		}

	}

}
