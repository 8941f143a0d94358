package io.billwright.user.ratelimit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.test.StepVerifier;

import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitControllerTests extends AccountsSpec {

	private static final String LIMITS = "/api/v1/admin/rate-limits";

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Autowired
	private TransactionalOperator transaction;

	@Test
	void limitWhenSetThenGatewaysAreToldAndLearnItWithThoseOfThePlan() {
		Person owner = owner();
		plan(owner.organization(), "gold-" + owner.organization().substring(20));
		Limit plan = create(Map.of("plan", "gold-" + owner.organization().substring(20), "rate_limit", "600/minute"));
		assertThat(plan.rate_limit()).isEqualTo("600/min");
		StepVerifier.create(heard())
				.thenAwait(Duration.ofMillis(300))
				.then(() -> create(
						Map.of("organization_id", owner.organization(), "rate_limit", "1000/h, 10/s", "in_flight",
								20, "weight", 3)))
				.thenConsumeWhile((whose) -> !whose.equals(owner.organization()))
				.expectNext(owner.organization())
				.thenCancel()
				.verify(PATIENCE);
		Passports.service()
				.on(this.client)
				.get()
				.uri("/internal/organizations/{id}/rate-limits", owner.organization())
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.plan")
				.isEqualTo(plan.plan())
				.jsonPath("$.policies.length()")
				.isEqualTo(2)
				.jsonPath("$.policies[?(@.applies_to == 'plan')].rate_limit")
				.isEqualTo("600/min")
				.jsonPath("$.policies[?(@.applies_to == 'organization')].rate_limit")
				.isEqualTo("10/s, 1000/h")
				.jsonPath("$.policies[?(@.applies_to == 'organization')].in_flight")
				.isEqualTo(20)
				.jsonPath("$.policies[?(@.applies_to == 'organization')].weight")
				.isEqualTo(3);
	}

	@Test
	void limitOfAKeyWhenSetThenBelongsToTheKeysOrganization() {
		Person owner = owner();
		String key = key(owner);
		Limit limit = create(Map.of("api_key_id", key, "rate_limit", "3/h"));
		assertThat(limit.organization_id()).isEqualTo(owner.organization());
		assertThat(limit.api_key_id()).isEqualTo(key);
		assertThat(limit.changed_by()).isEqualTo("opr_test");
		refused(Map.of("api_key_id", key, "rate_limit", "9/h")).isEqualTo("rate_limit_exists");
		assertThat(create(Map.of("api_key_id", key, "rate_limit", "9/h", "dry_run", true)).dry_run()).isTrue();
		refused(Map.of("api_key_id", Passports.freshId("key"), "rate_limit", "3/h")).isEqualTo("not_found");
		refused(Map.of("organization_id", Passports.freshId("org"), "rate_limit", "3/h")).isEqualTo("not_found");
	}

	@Test
	void limitWhenChangedThenItsVersionIsMinded() {
		Person owner = owner();
		Limit limit = create(Map.of("organization_id", owner.organization(), "rate_limit", "3/h", "in_flight", 5));
		operator().patch()
				.uri(LIMITS + "/" + limit.id())
				.header("If-Match", "\"7\"")
				.bodyValue(Map.of("rate_limit", "4/h"))
				.exchange()
				.expectStatus()
				.isEqualTo(412);
		Map<String, Object> patch = new HashMap<>(Map.of("rate_limit", "4/h"));
		patch.put("in_flight", null);
		operator().patch()
				.uri(LIMITS + "/" + limit.id())
				.header("If-Match", "\"1\"")
				.bodyValue(patch)
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("ETag", "\"2\"")
				.expectBody()
				.jsonPath("$.rate_limit")
				.isEqualTo("4/h")
				.jsonPath("$.in_flight")
				.isEmpty();
		operator().delete()
				.uri(LIMITS + "/" + limit.id())
				.header("If-Match", "\"1\"")
				.exchange()
				.expectStatus()
				.isEqualTo(412);
		operator().delete().uri(LIMITS + "/" + limit.id()).exchange().expectStatus().isNoContent();
		operator().get().uri(LIMITS + "/" + limit.id()).exchange().expectStatus().isNotFound();
	}

	@Test
	void limitsWhenListedThenComeInPagesTheNewestFirst() {
		Person owner = owner();
		create(Map.of("organization_id", owner.organization(), "rate_limit", "3/h"));
		Limit newest = create(Map.of("organization_id", owner.organization(), "rate_limit", "2/h", "dry_run", true));
		operator().get()
				.uri(LIMITS + "?limit=1")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.data[0].id")
				.isEqualTo(newest.id())
				.jsonPath("$.has_more")
				.isEqualTo(true);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"rate_limit": "3/h"}                                          | plan
			{"plan": "free"}                                               | rate_limit
			{"plan": "free", "rate_limit": "lots"}                         | rate_limit
			{"plan": "free", "in_flight": 0}                               | in_flight
			{"plan": "free", "weight": 1001}                               | weight
			{"plan": "Free Plan", "rate_limit": "3/h"}                     | plan
			{"plan": "free", "rate_limit": "3/h", "in_flight": 1, "dry_run": true} | dry_run
			{"plan": "free", "rate_limit": "3/h", "per": "hour"}           | per""")
	void limitWhenItMakesNoSenseThenIsRefused(String body, String field) {
		operator().post()
				.uri(LIMITS)
				.header("Content-Type", "application/json")
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].field")
				.isEqualTo(field);
	}

	@Test
	void organizationWhenPutOnAPlanThenGatewaysLearnItAndItsTrailTellsIt() {
		Person owner = owner();
		operator().get()
				.uri("/api/v1/admin/organizations/{id}", owner.organization())
				.exchange()
				.expectBody()
				.jsonPath("$.plan")
				.isEqualTo("free");
		StepVerifier.create(heard())
				.thenAwait(Duration.ofMillis(300))
				.then(() -> plan(owner.organization(), "gold"))
				.thenConsumeWhile((whose) -> !whose.equals(owner.organization()))
				.expectNext(owner.organization())
				.thenCancel()
				.verify(PATIENCE);
		Passports.service()
				.on(this.client)
				.get()
				.uri("/internal/organizations/{id}/rate-limits", owner.organization())
				.exchange()
				.expectBody()
				.jsonPath("$.plan")
				.isEqualTo("gold");
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log")
				.exchange()
				.expectBody()
				.jsonPath("$.data[0].action")
				.isEqualTo("organization.plan_changed")
				.jsonPath("$.data[0].actor_kind")
				.isEqualTo("operator")
				.jsonPath("$.data[0].details.to")
				.isEqualTo("gold");
		operator().patch()
				.uri("/api/v1/admin/organizations/{id}", owner.organization())
				.header("If-Match", "\"1\"")
				.bodyValue(Map.of("plan", "free"))
				.exchange()
				.expectStatus()
				.isEqualTo(412);
	}

	@Test
	void tenantWhenItAsksThenNothingOfThisExists() {
		Person owner = owner();
		Limit limit = create(Map.of("organization_id", owner.organization(), "rate_limit", "3/h"));
		List<Passport> tenants = List.of(owner.passport(), Passports.apiKey(owner.organization(), "platform:operate"),
				Passports.anonymous(), Passports.service());
		assertThat(tenants).allSatisfy((tenant) -> {
			assertThat(status(tenant, HttpMethod.GET, LIMITS)).isEqualTo(404);
			assertThat(status(tenant, HttpMethod.POST, LIMITS)).isEqualTo(404);
			assertThat(status(tenant, HttpMethod.GET, LIMITS + "/limited")).isEqualTo(404);
			assertThat(status(tenant, HttpMethod.GET, LIMITS + "/" + limit.id())).isEqualTo(404);
			assertThat(status(tenant, HttpMethod.DELETE, LIMITS + "/" + limit.id())).isEqualTo(404);
			assertThat(status(tenant, HttpMethod.GET, "/api/v1/admin/organizations/" + owner.organization()))
					.isEqualTo(404);
		});
		assertThat(status(owner.passport(), HttpMethod.GET,
				"/internal/organizations/" + owner.organization() + "/rate-limits")).isEqualTo(404);
		Long visible = this.database.sql("SELECT count(*) FROM rate_limits")
				.mapValue(Long.class)
				.one()
				.as(this.transaction::transactional)
				.contextWrite(inSession(owner, "none"))
				.block(PATIENCE);
		assertThat(visible).as("in a tenant's transaction").isZero();
		owner.on(this.client)
				.get()
				.uri("/api/v1/organizations/me")
				.exchange()
				.expectBody()
				.jsonPath("$.plan")
				.doesNotExist();
	}

	@Test
	void operatorWhenItAsksForWhatIsATenantsThenIsNobody() {
		assertThat(status(Passports.operator(), HttpMethod.GET, "/api/v1/organizations/me")).isEqualTo(401);
		assertThat(status(Passports.operator(), HttpMethod.GET,
				"/internal/organizations/" + Passports.freshId("org") + "/rate-limits")).isEqualTo(404);
	}

	@Test
	void callersWhenLimitedLatelyThenTheMostRefusedComeFirst() {
		Person owner = owner();
		String key = Passports.freshId("key");
		long slice = System.currentTimeMillis() / 10_000;
		note(slice, "enforced " + owner.organization() + " " + key + " principal", 7000);
		note(slice - 6, "enforced " + owner.organization() + " " + key + " principal", 2000);
		note(slice - 8, "enforced " + owner.organization() + " " + key + " principal", 100_000);
		note(slice, "dry_run 10.1.2.3 10.1.2.3 login", 8000);
		operator().get()
				.uri(LIMITS + "/limited?limit=2")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.data.length()")
				.isEqualTo(2)
				.jsonPath("$.data[0].caller")
				.isEqualTo(key)
				.jsonPath("$.data[0].organization_id")
				.isEqualTo(owner.organization())
				.jsonPath("$.data[0].policy")
				.isEqualTo("principal")
				.jsonPath("$.data[0].refused")
				.isEqualTo(9000)
				.jsonPath("$.data[1].caller")
				.isEqualTo("10.1.2.3")
				.jsonPath("$.data[1].dry_run")
				.isEqualTo(true);
	}

	private void note(long slice, String member, double count) {
		this.redis.opsForZSet().incrementScore("limited:{callers}:" + slice, member, count).block(PATIENCE);
	}

	private reactor.core.publisher.Flux<String> heard() {
		return this.redis.listenToChannel("rate-limits.changed").map((message) -> message.getMessage());
	}

	private void plan(String organization, String plan) {
		operator().patch()
				.uri("/api/v1/admin/organizations/{id}", organization)
				.bodyValue(Map.of("plan", plan))
				.exchange()
				.expectStatus()
				.isOk();
	}

	private String key(Person owner) {
		Key key = owner.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "limited", "mode", "live", "scopes", List.of("invoices:read")))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(Key.class)
				.returnResult()
				.getResponseBody();
		return key.id();
	}

	private Limit create(Map<String, Object> body) {
		return operator().post()
				.uri(LIMITS)
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(Limit.class)
				.returnResult()
				.getResponseBody();
	}

	private org.assertj.core.api.AbstractStringAssert<?> refused(Map<String, Object> body) {
		return assertThat(operator().post()
				.uri(LIMITS)
				.bodyValue(body)
				.exchange()
				.expectBody(Problem.class)
				.returnResult()
				.getResponseBody()
				.code());
	}

	private int status(Passport caller, HttpMethod method, String path) {
		return status(caller.on(this.client).method(method).uri(path).exchange());
	}

	private WebTestClient operator() {
		return Passports.operator().on(this.client);
	}

	record Key(String id) {}

	record Problem(String code) {}

	record Limit(String id, String plan, String organization_id, String api_key_id, String rate_limit, boolean dry_run,
			String changed_by) {}

}
