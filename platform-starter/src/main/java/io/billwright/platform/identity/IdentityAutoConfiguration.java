package io.billwright.platform.identity;

import java.time.Clock;
import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

/// Passports and access rules. The gateway, which makes passports instead of reading them, switches it off with
/// `billwright.passport.required=false`.
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "billwright.passport.required", matchIfMissing = true)
@EnableConfigurationProperties(PassportSettings.class)
public final class IdentityAutoConfiguration {

	@Bean
	PassportFilter passportFilter(PassportSettings settings, Clock clock, ApplicationContext service) {
		if (settings.publicKeys().isEmpty()) {
			throw new IllegalStateException(
					"billwright.passport.public-keys is not set: name the PEM file with the gateway's public key");
		}
		return new PassportFilter(new PassportVerifier(settings, clock), service);
	}

	@Bean
	AccessRules accessRules(List<RequestMappingInfoHandlerMapping> mappings) {
		return new AccessRules(mappings);
	}

}
