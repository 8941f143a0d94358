package io.billwright.gateway;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Load;
import io.billwright.gateway.support.Platform;
import io.billwright.platform.test.servers.Ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

@GatewayTest
class GatewayRestartTests {

	private static final int CALLERS = 8;

	@LocalServerPort
	private int port;

	/// Before a balancer that asks each gateway ten times a second whether it is ready, and sends nobody to one that is not.
	@Test
	void gatewayWhenRestartedUnderLoadThenNoRequestIsLost() throws Exception {
		int secondPort = Ports.free();
		ConfigurableApplicationContext second = start(secondPort);
		AtomicBoolean over = new AtomicBoolean();
		AtomicInteger used = new AtomicInteger(secondPort);
		Thread balancer = Thread.ofVirtual().start(() -> {
			while (!over.get()) {
				used.set(isReady(secondPort) ? secondPort : this.port);
			}
		});
		try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
				Load load = new Load(CALLERS, () -> post(client, used.get()))) {
			awaitMore(load);
			second.close();
			assertThat(used).hasValue(this.port);
			awaitMore(load);
			second = start(secondPort);
			await().atMost(Duration.ofSeconds(30)).untilAtomic(used, equalTo(secondPort));
			awaitMore(load);
			assertThat(load.failures()).isEmpty();
		}
		finally {
			over.set(true);
			second.close();
			balancer.join();
		}
	}

	private static boolean isReady(int port) {
		try {
			Thread.sleep(100);
			return Platform.send(port, "GET", "/health").statusCode() == 200;
		}
		catch (IllegalStateException | InterruptedException nobodyThere) {
			return false;
		}
	}

	private static int post(HttpClient client, int port) throws Exception {
		return client.send(HttpRequest.newBuilder(Platform.uri(port, "/api/v1/search/work"))
				.timeout(Duration.ofSeconds(20))
				.header("X-Forwarded-For", Platform.freshAddress())
				.POST(BodyPublishers.ofString("{}"))
				.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private static void awaitMore(Load load) {
		int before = load.answered();
		await().atMost(Duration.ofSeconds(30)).until(() -> load.answered() > before + 20 * CALLERS);
	}

	private static ConfigurableApplicationContext start(int port) {
		return new SpringApplicationBuilder(GatewayApplication.class).initializers(new Platform.Initializer(),
				(context) -> ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class,
						GatewayRestartTests::ownThreads))
				.run("--server.port=" + port, "--billwright.lifecycle.drain-delay=3s");
	}

	/// Those that the whole JVM shares would end with this gateway.
	private static ReactorResourceFactory ownThreads() {
		ReactorResourceFactory factory = new ReactorResourceFactory();
		factory.setUseGlobalResources(false);
		return factory;
	}

}
