package io.billwright.platform.observability;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.identity.Public;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(classes = ObservabilityTests.Application.class, properties = {"spring.application.name=sample",
	"billwright.lifecycle.request-timeout=1s",
	"billwright.health.timeout=10s"})
@ExtendWith(OutputCaptureExtension.class)
class ObservabilityTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Passport PASSPORT = Passports.user(Passports.freshId("org"), "things:read");

	@Autowired
	private WebTestClient client;

	@LocalManagementPort
	private int managementPort;

	@LocalServerPort
	private int port;

	@Test
	void requestIdWhenWellFormedThenKept() {
		request("/things/1").header(RequestId.HEADER, "client.id-12345")
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals(RequestId.HEADER, "client.id-12345");
	}

	@Test
	void requestIdWhenMalformedThenReplaced() {
		request("/things/1").header(RequestId.HEADER, "no spaces allowed")
				.exchange()
				.expectHeader()
				.valueMatches(RequestId.HEADER, "[0-9a-f-]{36}");
	}

	@Test
	void requestIdWhenRefusedThenInHeaderAndProblem() {
		this.client.get()
				.uri("/things/1")
				.header(RequestId.HEADER, "refused-12345")
				.exchange()
				.expectStatus()
				.isUnauthorized()
				.expectHeader()
				.valueEquals(RequestId.HEADER, "refused-12345")
				.expectBody()
				.jsonPath("$.request_id")
				.isEqualTo("refused-12345");
	}

	@Test
	void serverTimingWhenDatabaseWasUsedThenTellsIt() {
		request("/database").exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueMatches("Server-Timing", "db;dur=\\d+\\.\\d, total;dur=\\d+\\.\\d");
	}

	@Test
	void serverTimingWhenNotFoundThenTellsTotal() {
		request("/nowhere").exchange()
				.expectStatus()
				.isNotFound()
				.expectHeader()
				.valueMatches("Server-Timing", "total;dur=\\d+\\.\\d");
	}

	@Test
	void logWhenWrittenInARequestThenCarriesItsIdentity(CapturedOutput output) {
		request("/things/77").header(RequestId.HEADER, "logged-12345")
				.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
				.exchange()
				.expectStatus()
				.isOk();
		JsonNode line = line(output, "reading 77");
		assertThat(line.path("request_id").asString()).isEqualTo("logged-12345");
		assertThat(line.path("trace_id").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
		assertThat(line.path("span_id").asString()).hasSize(16).isNotEqualTo("b7ad6b7169203331");
		assertThat(line.path("organization_id").asString()).isEqualTo(PASSPORT.organization());
		assertThat(line.path("service").path("name").asString()).isEqualTo("sample");
	}

	@Test
	void logWhenItNamesSecretsThenMasked(CapturedOutput output) {
		this.client.get().uri("/secrets").headers(PASSPORT).exchange().expectStatus().isOk();
		assertThat(line(output, "careless").path("message").asString()).contains("bw_live_***")
				.doesNotContain("ada@example.com")
				.doesNotContain("hunter2hunter2");
		assertThat(output.getOut()).doesNotContain("ada@example.com").doesNotContain("hunter2hunter2");
	}

	/// Whatever a client sends and however it goes wrong: in the body, the query, the headers, in what the database says.
	@Test
	void logWhenRequestsCarryPersonalDataThenNoneOfIt(CapturedOutput output) {
		for (String body : List.of("{\"name\": \"Lovelace\"}", "{\"name\": [\"Lovelace\"]}", "{\"name\": Lovelace}",
				"{\"name\": \"Lovelace\", \"Lovelace\": 1}")) {
			this.client.post()
					.uri("/people?name=Lovelace")
					.headers(PASSPORT)
					.header(RequestId.HEADER, "personal-12345")
					.header("Cookie", "name=Lovelace")
					.header("Idempotency-Key", "Lovelace")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(body)
					.exchange()
					.expectStatus()
					.value((status) -> assertThat(status).isGreaterThanOrEqualTo(400));
		}
		assertThat(lines(output, "personal-12345")).isNotEmpty();
		assertThat(output.getAll()).doesNotContain("Lovelace").doesNotContain(PASSPORT.token());
	}

	@Test
	void errorWhenUnexpectedThenLoggedOnceWithCause(CapturedOutput output) {
		request("/broken").header(RequestId.HEADER, "broken-12345").exchange().expectStatus().isEqualTo(500);
		List<JsonNode> lines = lines(output, "the cause of it");
		assertThat(lines).hasSize(1);
		assertThat(lines.getFirst().path("request_id").asString()).isEqualTo("broken-12345");
		assertThat(lines.getFirst().path("trace_id").asString()).hasSize(32);
	}

	@Test
	void healthWhenAllIsWellThenTellsEachDependency() {
		JsonNode ready = management("/actuator/health/ready");
		assertThat(ready.path("status").asString()).isEqualTo("UP");
		for (String dependency : List.of("database", "redis", "kafka")) {
			JsonNode component = ready.path("components").path(dependency);
			assertThat(component.path("status").asString()).as(dependency).isEqualTo("UP");
			assertThat(component.path("details").path("latency_ms").isNumber()).isTrue();
		}
		assertThat(management("/actuator/health/live").path("status").asString()).isEqualTo("UP");
	}

	@Test
	void metricsWhenScrapedThenTellRoutesPoolsAndRuntime() {
		request("/things/1").exchange().expectStatus().isOk();
		request("/things/2").exchange().expectStatus().isOk();
		management("/actuator/health/ready");
		String metrics = scrape();
		assertThat(metrics).contains("http_server_requests_seconds_bucket", "uri=\"/things/{id}\"",
				"r2dbc_pool_acquired",
				"jvm_memory_used_bytes", "lettuce", "service=\"sample\"");
		assertThat(metrics).doesNotContain("uri=\"/things/1\"").doesNotContain("uri=\"/actuator")
				.doesNotContain("requests_active");
	}

	@Test
	void managementWhenAskedForMoreThenNotThere() {
		onManagementPort().get().uri("/actuator/env").exchange().expectStatus().isNotFound();
		request("/actuator/health").exchange().expectStatus().isNotFound();
	}

	@Test
	void bodyWhenItDoesNotArriveThenRequestTimesOut() throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			OutputStream out = socket.getOutputStream();
			out.write(("POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "X-Billwright-Passport: " + PASSPORT.token() + "\r\nContent-Length: 100\r\n\r\n{")
					.getBytes(StandardCharsets.US_ASCII));
			byte[] answer = new byte[64];
			int read = socket.getInputStream().read(answer);
			assertThat(new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 408");
		}
	}

	private WebTestClient.RequestHeadersSpec<?> request(String path) {
		return this.client.get().uri(path).headers(PASSPORT);
	}

	private JsonNode management(String path) {
		byte[] body = onManagementPort().get().uri(path).exchange().expectStatus().isOk().expectBody().returnResult()
				.getResponseBody();
		return JSON.readTree(body);
	}

	private String scrape() {
		return onManagementPort().get().uri("/actuator/prometheus").exchange().expectStatus().isOk()
				.expectBody(String.class)
				.returnResult()
				.getResponseBody();
	}

	private WebTestClient onManagementPort() {
		return WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + this.managementPort)
				.responseTimeout(Duration.ofSeconds(10))
				.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(4 << 20))
				.build();
	}

	private static JsonNode line(CapturedOutput output, String text) {
		List<JsonNode> lines = lines(output, text);
		assertThat(lines).as("log lines with '%s'", text).hasSize(1);
		return lines.getFirst();
	}

	private static List<JsonNode> lines(CapturedOutput output, String text) {
		return output.getOut().lines().filter((line) -> line.startsWith("{") && line.contains(text)).map(JSON::readTree)
				.toList();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Things.class)
	static class Application {
	}

	record Person(String name) {}

	@RestController
	static class Things {

		private static final Logger log = LoggerFactory.getLogger(Things.class);

		private final ReadOnlyTransaction transaction;

		private final DatabaseClient database;

		private final TransactionalOperator writing;

		Things(ReadOnlyTransaction transaction, DatabaseClient database, TransactionalOperator writing) {
			this.transaction = transaction;
			this.writing = writing;
			this.database = database;
		}

		@GetMapping("/things/{id}")
		@RequiresScope("things:read")
		Mono<String> read(@PathVariable String id) {
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> {
				log.info("reading {}", id);
				return "thing " + id;
			});
		}

		@PostMapping("/things")
		@Public
		Mono<Void> write(@RequestBody Map<String, String> body) {
			return Mono.empty();
		}

		/// Fails on what it wrote before, and PostgreSQL quotes that.
		@PostMapping("/people")
		@RequiresScope("things:read")
		Mono<Void> register(@RequestBody Person person) {
			return this.database.sql("CREATE TEMP TABLE person (name text PRIMARY KEY) ON COMMIT DROP")
					.then()
					.then(insert(person))
					.then(insert(person))
					.as(this.writing::transactional);
		}

		private Mono<Void> insert(Person person) {
			return this.database.sql("INSERT INTO person VALUES ($1)").bind(0, person.name()).then();
		}

		@GetMapping("/database")
		@Public
		Mono<String> database() {
			return this.database.sql("SELECT 'one'").mapValue(String.class).one().as(this.transaction::transactional);
		}

		@GetMapping("/secrets")
		@Public
		void secrets() {
			log.info("careless: key bw_live_abcDEF123 of ada@example.com",
					new IllegalStateException("password=hunter2hunter2"));
		}

		@GetMapping("/broken")
		@Public
		Mono<String> broken() {
			return Mono.error(new IllegalStateException("the cause of it"));
		}

	}

}
