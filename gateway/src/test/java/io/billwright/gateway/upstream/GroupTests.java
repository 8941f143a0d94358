package io.billwright.gateway.upstream;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;
import io.billwright.gateway.support.StubService.Answer;

import static org.assertj.core.api.Assertions.assertThat;

@GatewayTest(properties = {"billwright.gateway.public-paths=/api/v1/slow,/api/v1/quick",
	"billwright.gateway.upstream.response-timeout=100ms", "billwright.gateway.upstream.minimum=3"})
class GroupTests {

	private static final StubService SERVICE = new StubService();

	@LocalServerPort
	private int port;

	@Autowired
	private CircuitBreakerRegistry breakers;

	@DynamicPropertySource
	static void routes(DynamicPropertyRegistry properties) {
		SERVICE.on("/api/v1/slow", Answer.never());
		properties.add("billwright.gateway.routes.group-service.url", SERVICE::url);
		properties.add("billwright.gateway.routes.group-service.prefixes", () -> "/api/v1/slow,/api/v1/quick");
	}

	@Test
	void prefixWhenItStaysSilentThenIsGivenARestAndTheServicesOthersGoOn() {
		for (int i = 0; i < 3; i++) {
			assertThat(Platform.send(this.port, "GET", "/api/v1/slow").statusCode()).isEqualTo(504);
		}
		assertThat(Platform.send(this.port, "GET", "/api/v1/slow").statusCode()).isEqualTo(503);
		assertThat(SERVICE.received("/api/v1/slow")).as("the fourth has not been sent").hasSize(3);
		assertThat(Platform.send(this.port, "GET", "/api/v1/quick").statusCode()).isEqualTo(200);
		assertThat(this.breakers.circuitBreaker("route-group-service/api/v1/slow").getState())
				.isEqualTo(CircuitBreaker.State.OPEN);
		assertThat(this.breakers.circuitBreaker("route-group-service").getState())
				.isEqualTo(CircuitBreaker.State.CLOSED);
	}

}
