package io.billwright.gateway.upstream;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;
import io.billwright.gateway.support.StubService.Answer;

import static org.assertj.core.api.Assertions.assertThat;

@GatewayTest(properties = {"billwright.gateway.public-paths=/api/v1/birds/**",
	"billwright.gateway.routes.bird-service.canary.weight=30"})
class CanaryTests {

	private static final String BIRDS = "/api/v1/birds";

	private static final StubService OLD = new StubService();

	private static final StubService NEW = new StubService();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void routes(DynamicPropertyRegistry properties) {
		OLD.on(BIRDS, Answer.json(200, "\"old\""));
		NEW.on(BIRDS, Answer.json(200, "\"new\""));
		properties.add("billwright.gateway.routes.bird-service.url", OLD::url);
		properties.add("billwright.gateway.routes.bird-service.prefixes", () -> BIRDS);
		properties.add("billwright.gateway.routes.bird-service.canary.url", NEW::url);
	}

	@Test
	void clientWhenItAsksForAVersionThenGetsIt() {
		for (int i = 0; i < 5; i++) {
			assertThat(Platform.send(this.port, "GET", BIRDS, "X-Canary", "true").body()).isEqualTo("\"new\"");
			assertThat(Platform.send(this.port, "GET", BIRDS, "X-Canary", "false").body()).isEqualTo("\"old\"");
		}
	}

	@Test
	void callerWhenComingAgainThenGetsTheSameVersion() {
		List<String> firsts = IntStream.range(0, 40).mapToObj((caller) -> version("10.9.0." + caller)).toList();
		assertThat(firsts).contains("\"old\"", "\"new\"");
		assertThat(IntStream.range(0, 40).mapToObj((caller) -> version("10.9.0." + caller)))
				.containsExactlyElementsOf(firsts);
	}

	@Test
	void versionWhenItCannotBeReachedThenTheOldOneServes() {
		NEW.stop();
		try {
			assertThat(Platform.send(this.port, "GET", BIRDS, "X-Canary", "true").body()).isEqualTo("\"old\"");
		}
		finally {
			NEW.start();
		}
	}

	@Test
	void callersWhenManyThenTheirPartGetsTheNewVersionAndKeepsItWhenThePartGrows() {
		List<String> callers = IntStream.range(0, 20_000).mapToObj((number) -> "usr_%026d".formatted(number)).toList();
		List<String> chosen = callers.stream().filter((caller) -> Canary.takes(caller, "service", 5)).toList();
		assertThat(chosen).hasSizeBetween(800, 1200);
		assertThat(chosen).allMatch((caller) -> Canary.takes(caller, "service", 20));
		assertThat(chosen).as("not always the same ones")
				.anyMatch((caller) -> !Canary.takes(caller, "another-service", 20));
		assertThat(callers).noneMatch((caller) -> Canary.takes(caller, "service", 0))
				.allMatch((caller) -> Canary.takes(caller, "service", 100));
	}

	private String version(String address) {
		HttpResponse<String> answer = Platform.send(this.port,
				(request) -> request.uri(Platform.uri(this.port, BIRDS)).header("X-Forwarded-For", address));
		return answer.body();
	}

}
