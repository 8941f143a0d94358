package io.billwright.gateway.limit;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Limits of services and paths, and what requests cost.
@GatewayTest(properties = {"billwright.gateway.limits.principal=1000/h",
	"billwright.gateway.routes.fickle-service.rate_limit=3/hour",
	"billwright.gateway.limits.paths.both.path=/api/v1/invoices/both",
	"billwright.gateway.limits.paths.both.per=caller",
	"billwright.gateway.limits.paths.both.rate-limit=2/s, 5/h",
	"billwright.gateway.limits.paths.shared.path=/api/v1/invoices/shared",
	"billwright.gateway.limits.paths.shared.per=organization",
	"billwright.gateway.limits.paths.shared.rate-limit=2/h",
	"billwright.gateway.limits.paths.dear.path=/api/v1/invoices/dear",
	"billwright.gateway.limits.paths.dear.cost=100",
	"billwright.gateway.limits.paths.batch.path=/api/v1/invoices/batch",
	"billwright.gateway.limits.paths.batch.cost=1..500",
	"billwright.gateway.limits.paths.tried.path=/api/v1/search/tried",
	"billwright.gateway.limits.paths.tried.rate-limit=1/h",
	"billwright.gateway.limits.paths.tried.dry-run=true"})
class RulesTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private Places places;

	@Test
	void serviceWhenItHasALimitThenEachCallerHasItForItself() {
		String key = Platform.apiKey("live", "org_rules", "");
		HttpResponse<String> answer = get("/api/v1/fickle/a", key);
		assertThat(policies(answer)).isEqualTo("\"principal\";q=1000;w=3600, \"fickle-service\";q=3;w=3600");
		assertThat(left(answer)).startsWith("\"principal\";r=999;t=4, \"fickle-service\";r=2;t=");
		get("/api/v1/fickle/b", key);
		assertThat(get("/api/v1/fickle/c", key).statusCode()).isEqualTo(200);
		HttpResponse<String> refused = get("/api/v1/fickle/d", key);
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.body()).contains("fickle-service");
		assertThat(left(refused)).as("what is refused costs nothing elsewhere").startsWith("\"principal\";r=997;");
		assertThat(get("/api/v1/invoices", key).statusCode()).isEqualTo(200);
		assertThat(get("/api/v1/fickle/a", Platform.apiKey("live", "org_rules", "")).statusCode()).isEqualTo(200);
	}

	@Test
	void serviceWhenItHasALimitThenWhoIsNobodyPaysByAddress() {
		String address = Platform.freshAddress();
		for (int i = 0; i < 3; i++) {
			assertThat(from(address, "/api/v1/fickle").statusCode()).isEqualTo(200);
		}
		assertThat(from(address, "/api/v1/fickle").statusCode()).isEqualTo(429);
		assertThat(from(Platform.freshAddress(), "/api/v1/fickle").statusCode()).isEqualTo(200);
	}

	@Test
	void pathWhenItHasTwoWindowsThenBothCountAndTheRefusalSaysWhen() {
		String key = Platform.apiKey("live", "org_rules", "");
		get("/api/v1/invoices/both", key);
		HttpResponse<String> answer = get("/api/v1/invoices/both", key);
		assertThat(policies(answer)).endsWith("\"both-s\";q=2;w=1, \"both-h\";q=5;w=3600");
		await().atMost(PATIENCE).until(() -> {
			HttpResponse<String> refused = get("/api/v1/invoices/both", key);
			return refused.statusCode() == 429 && seconds(refused) > 1;
		});
		HttpResponse<String> refused = get("/api/v1/invoices/both", key);
		assertThat(left(refused)).contains("\"both-h\";r=0;t=");
		assertThat(seconds(refused)).isBetween(690, 720);
		assertThat(left(refused)).endsWith("t=" + seconds(refused));
	}

	@Test
	void pathWhenItsLimitIsTheOrganizationsThenAllOfItsKeysShareIt() {
		get("/api/v1/invoices/shared", Platform.apiKey("live", "org_shared", ""));
		get("/api/v1/invoices/shared", Platform.apiKey("live", "org_shared", ""));
		assertThat(get("/api/v1/invoices/shared", Platform.apiKey("live", "org_shared", "")).statusCode())
				.isEqualTo(429);
		assertThat(get("/api/v1/invoices/shared", Platform.apiKey("live", "org_other", "")).statusCode())
				.isEqualTo(200);
	}

	@Test
	void pathWhenItCostsMoreThenTakesAsMuchOfItsCallersLimit() {
		String key = Platform.apiKey("live", "org_rules", "");
		assertThat(left(get("/api/v1/invoices/dear", key))).startsWith("\"principal\";r=900;");
	}

	@Test
	void batchWhenTheServiceSaysItsSizeThenTheRestIsPaidAfterwardsAndTheClientDoesNotSeeIt() {
		Platform.INVOICES.on("/api/v1/invoices/batch", (request, response) -> StubService.Answer.json(200, "{}")
				.write(request, response.header("X-Billwright-Cost", "250")));
		String key = Platform.apiKey("live", "org_rules", "");
		HttpResponse<String> answer = get("/api/v1/invoices/batch", key);
		assertThat(answer.headers().firstValue("X-Billwright-Cost")).isEmpty();
		assertThat(left(answer)).startsWith("\"principal\";r=999;");
		await().atMost(PATIENCE).until(() -> left(get("/api/v1/invoices", key)).matches("\"principal\";r=7[34]\\d;.*"));
	}

	@Test
	void batchWhenItsClientClaimsACostThenThatCountsForNothing() {
		Platform.INVOICES.on("/api/v1/invoices/batch", StubService.Answer.json(200, "{}"));
		String key = Platform.apiKey("live", "org_rules", "");
		Platform.send(this.port, "GET", "/api/v1/invoices/batch", "X-API-Key", key, "X-Billwright-Cost", "0");
		assertThat(left(get("/api/v1/invoices", key))).startsWith("\"principal\";r=998;");
	}

	@Test
	void batchWhenItsClientLeavesBeforeTheAnswerThenPaysTheMost() {
		Platform.INVOICES.on("/api/v1/invoices/batch", StubService.Answer.never());
		String key = Platform.apiKey("live", "org_leaves", "");
		get("/api/v1/invoices", key);
		await().atMost(PATIENCE).until(() -> this.places.all() == 0);
		CompletableFuture<HttpResponse<String>> answer = Platform.CLIENT.sendAsync(
				HttpRequest.newBuilder(Platform.uri(this.port, "/api/v1/invoices/batch"))
						.header("X-API-Key", key)
						.build(),
				HttpResponse.BodyHandlers.ofString());
		await().atMost(PATIENCE).until(() -> this.places.all() == 1);
		answer.cancel(true);
		await().atMost(PATIENCE).until(() -> left(get("/api/v1/invoices", key)).matches("\"principal\";r=49\\d;.*"));
		await().atMost(PATIENCE).until(() -> this.places.all() == 0);
	}

	@Test
	void pathWhenItsLimitIsTriedOutThenNobodyIsRefusedAndItIsCounted() {
		String address = Platform.freshAddress();
		from(address, "/api/v1/search/tried");
		HttpResponse<String> second = from(address, "/api/v1/search/tried");
		assertThat(second.statusCode()).isEqualTo(200);
		assertThat(policies(second)).isEqualTo("\"address\";q=600;w=60");
		assertThat(second.headers().firstValue("Retry-After")).isEmpty();
		assertThat(this.meters.get("billwright.gateway.limit.decisions")
				.tags("policy", "tried", "decision", "would_refuse")
				.counters()
				.stream()
				.mapToDouble((counter) -> counter.count())
				.sum()).isPositive();
	}

	private HttpResponse<String> get(String path, String key) {
		return Platform.send(this.port, "GET", path, "X-API-Key", key);
	}

	private HttpResponse<String> from(String address, String path) {
		return Platform.send(this.port,
				(request) -> request.uri(Platform.uri(this.port, path)).header("X-Forwarded-For", address));
	}

	private static String policies(HttpResponse<String> answer) {
		return answer.headers().firstValue("RateLimit-Policy").orElse("");
	}

	private static String left(HttpResponse<String> answer) {
		return answer.headers().firstValue("RateLimit").orElse("");
	}

	private static int seconds(HttpResponse<String> answer) {
		return Integer.parseInt(answer.headers().firstValue("Retry-After").orElse("0"));
	}

}
