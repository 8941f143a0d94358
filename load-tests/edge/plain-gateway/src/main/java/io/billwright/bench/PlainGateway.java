package io.billwright.bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/// Spring Cloud Gateway as it comes: one route; with the profile `limited` its own rate limiter as well.
@SpringBootApplication(proxyBeanMethods = false)
public class PlainGateway {

	public static void main(String[] arguments) {
		SpringApplication.run(PlainGateway.class, arguments);
	}

	@Bean
	KeyResolver apiKey() {
		return (exchange) -> Mono.justOrEmpty(exchange.getRequest().getHeaders().getFirst("X-API-Key"));
	}

}
