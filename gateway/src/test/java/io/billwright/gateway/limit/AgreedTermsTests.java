package io.billwright.gateway.limit;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// What somebody sets at run time.
@GatewayTest(properties = {"billwright.gateway.limits.principal=1000/h",
	"billwright.gateway.limits.plans.free=5/h", "billwright.gateway.limits.in-flight=4"})
class AgreedTermsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final String SLOW = "/api/v1/invoices/slow";

	private final List<CompletableFuture<?>> sent = new ArrayList<>();

	@LocalServerPort
	private int port;

	@Autowired
	private Places places;

	@Autowired
	private StringRedisTemplate redis;

	@Test
	void organizationWhenItHasAPlanThenAllOfItsKeysShareThePlansLimitAndUserServiceIsAskedOnce() {
		Platform.limits("org_free", "free", "");
		HttpResponse<String> first = get("org_free");
		assertThat(first.headers().firstValue("RateLimit-Policy"))
				.hasValue("\"principal\";q=1000;w=3600, \"organization\";q=5;w=3600");
		for (int i = 0; i < 4; i++) {
			assertThat(get("org_free").statusCode()).isEqualTo(200);
		}
		assertThat(get("org_free").statusCode()).isEqualTo(429);
		assertThat(get("org_rich").statusCode()).isEqualTo(200);
		assertThat(Platform.USERS.received("/internal/organizations/org_free/rate-limits")).hasSize(1);
	}

	@Test
	void policyWhenItIsChangedThenHoldsWithinASecondWithoutARestart() {
		Platform.limits("org_changed", "free", "");
		String key = Platform.apiKey("live", "org_changed", "");
		assertThat(told(get("org_changed", key))).contains("\"organization\";q=5;w=3600");
		Platform.limits("org_changed", "free", """
				{"applies_to":"organization","rate_limit":"10/s, 7/h","dry_run":false},
				{"applies_to":"api_key","api_key_id":"%s","rate_limit":"3/h","dry_run":false}"""
				.formatted(id(key)));
		announce("org_other");
		assertThat(told(get("org_changed", key))).as("somebody else's change").contains("\"organization\";q=5;w=3600");
		announce("org_changed");
		await().atMost(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(told(get("org_changed", key)))
				.isEqualTo("\"principal\";q=3;w=3600, \"organization-s\";q=10;w=1, \"organization-h\";q=7;w=3600"));
	}

	@Test
	void planWhenItIsChangedThenEverybodyIsAskedForAnew() {
		Platform.limits("org_plan", "free", "");
		assertThat(told(get("org_plan"))).contains("\"organization\";q=5;w=3600");
		Platform.limits("org_plan", "gold", "");
		announce("*");
		await().atMost(Duration.ofSeconds(1))
				.untilAsserted(() -> assertThat(told(get("org_plan"))).doesNotContain("organization"));
	}

	@Test
	void termsWhenNobodyCanSayThenTheDefaultsHoldAndFewAreHeldUp() {
		Platform.USERS.on("/internal/organizations/org_unknown/rate-limits", StubService.Answer.never());
		String key = Platform.apiKey("live", "org_unknown", "");
		assertThat(get("org_unknown", key).statusCode()).isEqualTo(200);
		long start = System.nanoTime();
		assertThat(told(get("org_unknown", key))).isEqualTo("\"principal\";q=1000;w=3600");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(400));
	}

	@Test
	void organizationWhenAsManyRequestsAreInFlightThenTheNextIsRefusedUntilOneLeaves() {
		Platform.INVOICES.on(SLOW, StubService.Answer.never());
		Platform.limits("org_slow", "gold", """
				{"applies_to":"organization","in_flight":2,"dry_run":false}""");
		List<CompletableFuture<?>> slow = new ArrayList<>();
		slow.add(send(SLOW, Platform.apiKey("live", "org_slow", "")));
		slow.add(send(SLOW, Platform.apiKey("live", "org_slow", "")));
		awaitInFlight(2);
		HttpResponse<String> refused = get("org_slow");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.body()).contains("\"code\":\"too_many_in_flight\"").contains("organization-in-flight");
		assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(get("org_rich").statusCode()).isEqualTo(200);
		slow.getFirst().cancel(true);
		awaitInFlight(1);
		HttpResponse<String> served = get("org_slow");
		assertThat(served.statusCode()).isEqualTo(200);
		assertThat(told(served)).endsWith("\"organization-in-flight\";q=2;qu=\"concurrent-requests\"");
		assertThat(served.headers().firstValue("RateLimit").orElseThrow()).endsWith("\"organization-in-flight\";r=0");
		slow.getLast().cancel(true);
		awaitInFlight(0);
	}

	@Test
	void keyWhenAsManyRequestsAreInFlightThenOnlyItIsRefused() {
		Platform.INVOICES.on(SLOW, StubService.Answer.never());
		String key = Platform.apiKey("live", "org_key", "");
		Platform.limits("org_key", "gold", """
				{"applies_to":"api_key","api_key_id":"%s","in_flight":1,"dry_run":false}""".formatted(id(key)));
		CompletableFuture<?> slow = send(SLOW, key);
		awaitInFlight(1);
		assertThat(get("org_key", key).statusCode()).isEqualTo(429);
		assertThat(get("org_key").statusCode()).isEqualTo(200);
		slow.cancel(true);
		awaitInFlight(0);
		assertThat(get("org_key", key).statusCode()).isEqualTo(200);
	}

	@Test
	void organizationWhenItFillsTheInstanceThenOthersAreServedAllTheSame() {
		Platform.INVOICES.on(SLOW, StubService.Answer.never());
		List<CompletableFuture<?>> slow = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			slow.add(send(SLOW, Platform.apiKey("live", "org_hog", "")));
		}
		awaitInFlight(4);
		HttpResponse<String> refused = get("org_hog");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.body()).contains("fair-share");
		assertThat(get("org_rich").statusCode()).isEqualTo(200);
		slow.forEach((request) -> request.cancel(true));
		awaitInFlight(0);
		assertThat(get("org_hog").statusCode()).isEqualTo(200);
	}

	@Test
	void callersWhenRefusedThenAreNotedForTheOperator() {
		Platform.limits("org_noted", "gold", """
				{"applies_to":"organization","rate_limit":"1/h","dry_run":false}""");
		get("org_noted");
		get("org_noted");
		await().atMost(PATIENCE).until(() -> this.redis.keys("limited:{callers}:*")
				.stream()
				.flatMap((slice) -> this.redis.opsForZSet().range(slice, 0, -1).stream())
				.anyMatch("enforced org_noted org_noted organization"::equals));
		assertThat(this.redis.keys("limited:{callers}:*")).allSatisfy(
				(slice) -> assertThat(this.redis.getExpire(slice)).isBetween(1L, 80L));
	}

	private void announce(String organization) {
		this.redis.convertAndSend("rate-limits.changed", organization);
	}

	private void awaitInFlight(int count) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.places.all())
				.as(() -> "answered: " + this.sent.stream()
						.filter((request) -> request.state() == Future.State.SUCCESS)
						.map(Future::resultNow)
						.toList())
				.isEqualTo(count));
	}

	private CompletableFuture<?> send(String path, String key) {
		CompletableFuture<?> answer = Platform.CLIENT.sendAsync(
				HttpRequest.newBuilder(Platform.uri(this.port, path)).header("X-API-Key", key).build(),
				HttpResponse.BodyHandlers.ofString());
		this.sent.add(answer);
		return answer;
	}

	private HttpResponse<String> get(String organization) {
		return get(organization, Platform.apiKey("live", organization, ""));
	}

	private HttpResponse<String> get(String organization, String key) {
		return Platform.send(this.port, "GET", "/api/v1/invoices", "X-API-Key", key);
	}

	private static String told(HttpResponse<String> answer) {
		return answer.headers().firstValue("RateLimit-Policy").orElse("");
	}

	private static String id(String key) {
		return "key_" + io.billwright.gateway.support.TestHash.sha256(key).substring(0, 8);
	}

}
