package io.billwright.invoice.catalog;

import java.util.List;
import java.util.Objects;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.Schema;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.stereotype.Component;

/// Describes the pricing models in the API's document: which there are is up to the [PricingFormat] beans.
@Component
final class PricingSchemas implements GlobalOpenApiCustomizer {

	private static final String REF = "#/components/schemas/";

	private final List<PricingFormat> formats;

	PricingSchemas(List<PricingFormat> formats) {
		this.formats = formats;
	}

	@Override
	public void customise(OpenAPI api) {
		Components components = Objects.requireNonNullElseGet(api.getComponents(), Components::new);
		Schema<Object> any = new Schema<>(SpecVersion.V31);
		Discriminator discriminator = new Discriminator().propertyName("model");
		for (PricingFormat format : this.formats) {
			String name = format.type().getSimpleName();
			ModelConverters.getInstance(true)
					.resolveAsResolvedSchema(new AnnotatedType(format.type())).referencedSchemas
					.forEach(components::addSchemas);
			Schema<?> model = Objects.requireNonNull(components.getSchemas().get(name));
			model.addProperty("model", string()._const(format.model()));
			model.addRequiredItem("model");
			discriminator.mapping(format.model(), REF + name);
			any.addOneOfItem(new Schema<>(SpecVersion.V31).$ref(REF + name));
		}
		any.setDiscriminator(discriminator);
		components.addSchemas("PricingModel", any);
		components.addSchemas("UnitAmount", string().pattern("^\\d{1,12}(\\.\\d{1,12})?$").example("0.0045"));
		api.setComponents(components);
	}

	private static Schema<Object> string() {
		Schema<Object> schema = new Schema<>(SpecVersion.V31);
		schema.setType("string");
		schema.addType("string");
		return schema;
	}

}
