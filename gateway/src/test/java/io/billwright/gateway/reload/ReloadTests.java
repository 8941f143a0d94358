package io.billwright.gateway.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;
import io.billwright.gateway.support.StubService.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest(properties = {"billwright.gateway.configuration.file=target/reload/gateway.yml",
	"billwright.gateway.configuration.refresh=200ms"})
class ReloadTests {

	private static final StubService ONE = new StubService();

	private static final StubService OTHER = new StubService();

	private static final String GOOD = """
			billwright:
			  gateway:
			    routes:
			      moving-service:
			        url: %s
			        prefixes: [/api/v1/search/moving]
			""";

	private static final Path FILE = Path.of("target", "reload", "gateway.yml");

	static {
		ONE.on("/api/v1/search/moving", Answer.json(200, "1"));
		OTHER.on("/api/v1/search/moving", Answer.json(200, "2"));
		OTHER.on("/api/v1/search/settled", Answer.json(200, "3"));
		write(GOOD.formatted(ONE.url()));
	}

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@LocalManagementPort
	private int managementPort;

	@Test
	void fileWhenChangedThenIsInUseWithoutARestartAndABadOneIsRefusedWithAllItsProblems() throws Exception {
		assertThat(body("/api/v1/search/moving")).isEqualTo("1");
		write(GOOD.formatted(OTHER.url()).replace("[/api/v1/search/moving]",
				"[/api/v1/search/moving, /api/v1/search/settled]"));
		HttpResponse<String> taken = reload();
		assertThat(taken.statusCode()).isEqualTo(200);
		assertThat(body("/api/v1/search/moving")).isEqualTo("2");
		assertThat(body("/api/v1/search/settled")).isEqualTo("3");

		write(GOOD.formatted("ftp://nowhere") + "    overload:\n      tolerance: 0.5\n    cors:\n      kept: soon\n");
		HttpResponse<String> refused = reload();
		assertThat(refused.statusCode()).isEqualTo(422);
		assertThat(refused.body()).contains("ftp://nowhere").contains("tolerance: must be at least 1").contains("soon");
		assertThat(body("/api/v1/search/moving")).as("the old one stays").isEqualTo("2");

		write("billwright: [");
		assertThat(reload().body()).contains("no YAML");
		write(GOOD.formatted(ONE.url()).replace("/moving]", "/moving, /api/v1/search]"));
		assertThat(reload().body()).contains("both claim the prefix /api/v1/search");
		assertThat(body("/api/v1/search/moving")).isEqualTo("2");

		write(GOOD.formatted(ONE.url()));
		await().atMost(Duration.ofSeconds(20))
				.untilAsserted(
						() -> assertThat(body("/api/v1/search/moving")).as("without being asked").isEqualTo("1"));
		assertThat(
				this.meters.get("billwright.gateway.configuration.changes").tag("outcome", "refused").counter().count())
				.isGreaterThanOrEqualTo(3);
	}

	private String body(String path) {
		return Platform.send(this.port, "GET", path).body();
	}

	private HttpResponse<String> reload() throws Exception {
		return Platform.CLIENT.send(HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + this.managementPort + "/actuator/configuration"))
				.timeout(Duration.ofSeconds(20))
				.POST(HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static void write(String content) {
		try {
			Files.createDirectories(FILE.getParent());
			Files.writeString(FILE, content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
