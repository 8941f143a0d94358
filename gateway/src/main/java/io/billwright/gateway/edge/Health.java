package io.billwright.gateway.edge;

import java.util.Map;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// `GET /health`: up or not, and nothing else. What is wrong is told on the management port only.
@Configuration(proxyBeanMethods = false)
class Health {

	@Bean
	RouterFunction<ServerResponse> publicHealth(ApplicationAvailability availability) {
		return RouterFunctions.route().GET("/health", (request) -> answer(availability)).build();
	}

	private static Mono<ServerResponse> answer(ApplicationAvailability availability) {
		boolean up = availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
		return ServerResponse.status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(Map.of("status", up ? "up" : "down"));
	}

}
