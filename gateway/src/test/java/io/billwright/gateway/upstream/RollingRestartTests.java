package io.billwright.gateway.upstream;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Load;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest(properties = "billwright.gateway.public-paths=/api/v1/pair/**,/api/v1/search/**")
class RollingRestartTests {

	private static final StubService ONE = new StubService("127.0.0.1", 0);

	private static final StubService OTHER = new StubService("127.0.0.2", ONE.port());

	private static final int CALLERS = 8;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void routes(DynamicPropertyRegistry properties) {
		properties.add("billwright.gateway.routes.pair-service.url", () -> ONE.url() + "," + OTHER.url());
		properties.add("billwright.gateway.routes.pair-service.prefixes", () -> "/api/v1/pair");
	}

	/// Half of the requests must not be sent twice.
	@Test
	void serviceWhenItsInstancesAreRestartedInTurnThenNoRequestIsLost() throws Exception {
		try (Load load = new Load(CALLERS, () -> Platform.send(this.port, (request) -> request
				.uri(Platform.uri(this.port, "/api/v1/pair"))
				.method(ThreadLocalRandom.current().nextBoolean() ? "GET" : "POST", BodyPublishers.noBody())
				.header("X-Forwarded-For", Platform.freshAddress())).statusCode())) {
			for (StubService instance : new StubService[]{ONE, OTHER, ONE, OTHER}) {
				instance.drain(Duration.ofMillis(500));
				awaitMore(load);
				instance.start();
				// Until it is believed to be back.
				Thread.sleep(Duration.ofSeconds(6));
				instance.forget();
				await().atMost(Duration.ofSeconds(30)).until(() -> !instance.received("/api/v1/pair").isEmpty());
			}
			assertThat(load.failures()).isEmpty();
		}
	}

	private static void awaitMore(Load load) {
		int before = load.answered();
		await().atMost(Duration.ofSeconds(30)).until(() -> load.answered() > before + 20 * CALLERS);
	}

}
