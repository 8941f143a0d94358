package io.billwright.platform.openapi;

import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.jackson.ModelResolver;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;

/// The service's description at `/v3/api-docs`.
@AutoConfiguration(before = SpringDocConfiguration.class)
@ConditionalOnClass(SpringDocConfiguration.class)
@ConditionalOnBooleanProperty(name = "springdoc.api-docs.enabled", matchIfMissing = true)
public final class OpenApiAutoConfiguration {

	OpenApiAutoConfiguration() {
		Stream.of(PageRequest.class, ExpectedVersion.class, MergePatch.class)
				.forEach((type) -> SpringDocUtils.getConfig().addRequestWrapperToIgnore(type));
	}

	/// springdoc looks at types with Jackson 2, whatever writes them; so it is told the names that Jackson 3 writes.
	@Bean
	ModelResolver snakeCaseModels(ObjectMapperProvider mappers) {
		ObjectMapper mapper = mappers.jsonMapper().copy();
		mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
		return new ModelResolver(mapper, new ApiNames()).openapi31(true);
	}

	@Bean
	ModelConverter apiTypes() {
		return new ApiTypes();
	}

	@Bean
	OffTheEventLoop describeOffTheEventLoop() {
		return new OffTheEventLoop();
	}

	@Bean
	ApiOperations apiOperations() {
		return new ApiOperations();
	}

	@Bean
	ApiDocument apiDocument(@Value("${spring.application.name:service}") String service) {
		return new ApiDocument("Billwright " + service);
	}

}
