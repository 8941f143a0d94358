package io.billwright.platform.clients;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.identity.Caller;

/// Named clients.
@AutoConfiguration(after = JacksonAutoConfiguration.class, afterName = {
	"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
	"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
	"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"})
@EnableConfigurationProperties(ClientsSettings.class)
public final class ClientsAutoConfiguration {

	private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();

	@Bean
	@ConditionalOnMissingBean
	PassportSource callersPassport() {
		return () -> Mono.deferContextual(
				(context) -> Mono.justOrEmpty(context.<Caller>getOrEmpty(Caller.class).map(Caller::passport)));
	}

	@Bean
	Clients clients(ClientsSettings settings, PassportSource passports, JsonMapper json,
			ObjectProvider<ObservationRegistry> observations, ObjectProvider<MeterRegistry> meters) {
		WebClient.Builder template = WebClient.builder()
				.observationRegistry(observations.getIfAvailable(() -> ObservationRegistry.NOOP))
				.codecs((codecs) -> {
					codecs.defaultCodecs().jacksonJsonDecoder(new JacksonJsonDecoder(tolerant(json)));
					codecs.defaultCodecs().jacksonJsonEncoder(new JacksonJsonEncoder(json));
				})
				.filter(new Identification(passports));
		return new Clients(settings, template, this.breakers, meters.getIfAvailable(SimpleMeterRegistry::new));
	}

	/// A newer process may answer with more fields than this one knows.
	private static JsonMapper tolerant(JsonMapper json) {
		return json.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
	}

	@Bean
	TaggedCircuitBreakerMetrics clientCircuitBreakerMetrics() {
		return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(this.breakers);
	}

}
