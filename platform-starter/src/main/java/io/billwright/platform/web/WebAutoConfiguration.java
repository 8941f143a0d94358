package io.billwright.platform.web;

import java.time.Clock;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.identity.AccessRules;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;
import io.billwright.platform.json.StrictJson;
import io.billwright.platform.json.StrictJsonDecoder;
import io.billwright.platform.validation.Constraints;

/// The API's manners, for every controller.
@AutoConfiguration(before = WebFluxAutoConfiguration.class)
@EnableConfigurationProperties(WebSettings.class)
public final class WebAutoConfiguration {

	/// PostgreSQL keeps microseconds; an instant that is stored must read back as it was answered.
	private static final Duration CLOCK_TICK = Duration.ofNanos(1_000);

	@Bean
	@ConditionalOnMissingBean
	Clock clock() {
		return Clock.tick(Clock.systemUTC(), CLOCK_TICK);
	}

	@Bean
	WebFluxRegistrations apiRegistrations(ObjectProvider<AccessRules> access, StrictJson json,
			Constraints constraints) {
		return new WebFluxRegistrations() {

			@Override
			public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
				return new ApiHandlerAdapter(SingletonSupplier.ofNullable(access::getIfAvailable), json, constraints);
			}

		};
	}

	@Bean
	WebFluxConfigurer apiManners(StrictJson json, JsonMapper mapper, WebSettings settings) {
		return new WebFluxConfigurer() {

			@Override
			public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
				int maxBytes = Math.toIntExact(settings.maxBody().toBytes());
				configurer.defaultCodecs().maxInMemorySize(maxBytes);
				configurer.defaultCodecs().jacksonJsonDecoder(new StrictJsonDecoder(json, mapper, maxBytes));
			}

			@Override
			public void addFormatters(FormatterRegistry registry) {
				registry.addConverterFactory(new TypedIdConverters());
				registry.addConverterFactory(new LowerCaseEnumConverters());
			}

		};
	}

	/// Ids in paths and query parameters.
	private static final class TypedIdConverters implements ConverterFactory<String, TypedId> {

		@Override
		public <T extends TypedId> Converter<String, @Nullable T> getConverter(Class<T> type) {
			return (text) -> Ids.parse(type, text);
		}

	}

	/// Enums in query parameters, written as in JSON: lower case.
	private static final class LowerCaseEnumConverters implements ConverterFactory<String, Enum<?>> {

		@Override
		@SuppressWarnings({"unchecked", "rawtypes"})
		public <T extends Enum<?>> Converter<String, @Nullable T> getConverter(Class<T> type) {
			return (text) -> {
				for (T constant : type.getEnumConstants()) {
					if (constant.name().equalsIgnoreCase(text)
							&& text.equals(text.toLowerCase(java.util.Locale.ROOT))) {
						return constant;
					}
				}
				throw new IllegalArgumentException("unknown value");
			};
		}

	}

}
