package io.billwright.platform.json;

import java.time.Clock;

import jakarta.validation.Validator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureBefore;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.validation.autoconfigure.ValidationConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.validation.Constraints;

/// One JSON dialect: snake case, enums in lower case, instants in RFC 3339, nothing coerced.
@AutoConfiguration
@AutoConfigureBefore(JacksonAutoConfiguration.class)
public final class JsonAutoConfiguration {

	/// Deeper than any document of ours, far below what a stack bears.
	private static final int NESTING_LIMIT = 50;

	/// Characters of one number.
	private static final int NUMBER_LENGTH_LIMIT = 64;

	@Bean
	JsonFactoryBuilderCustomizer boundedDocuments() {
		return (builder) -> builder.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(NESTING_LIMIT)
				.maxNumberLength(NUMBER_LENGTH_LIMIT)
				.build());
	}

	@Bean
	JsonMapperBuilderCustomizer apiDialect() {
		return (builder) -> builder.addModule(new PlatformModule())
				.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
				.enumNamingStrategy(EnumNamingStrategies.SNAKE_CASE)
				.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
				.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT, DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
				.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
				.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
	}

	/// `@Future` and its likes ask the application's clock.
	@Bean
	ValidationConfigurationCustomizer validationClock(ObjectProvider<Clock> clock) {
		return (configuration) -> configuration.clockProvider(clock::getObject);
	}

	@Bean
	Constraints constraints(Validator validator) {
		return new Constraints(validator);
	}

	@Bean
	StrictJson strictJson(JsonMapper mapper, Constraints constraints) {
		return new StrictJson(mapper, constraints);
	}

}
