package io.billwright.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// What whoever operates the platform can do about a tenant, through the gateway like everything else.
class LimitTests {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final String LIMITS = "/api/v1/admin/rate-limits";

	@Test
	void limitWhenTheOperatorSetsItThenItHoldsAtOnceAndTellsWhoIsLimited() {
		Api tenant = Organization.register().byToken();
		Api operator = operator();
		String organization = tenant.get("/api/v1/organizations/me").expect(200).text("/id");
		String limit = operator.post(LIMITS, """
				{"organization_id": "%s", "rate_limit": "2/h"}""".formatted(organization)).expect(201).text("/id");
		Eventually.within(PATIENCE, () -> assertThat(tenant.get("/api/v1/users/me").status())
				.isEqualTo(429));
		Answer refused = tenant.get("/api/v1/users/me").expect(429);
		assertThat(refused.text("/code")).isEqualTo("rate_limited");
		assertThat(refused.header("RateLimit-Policy")).contains("\"organization\";q=2;w=3600");
		assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1700, 1801);
		Eventually.within(PATIENCE, () -> assertThat(operator.get(LIMITS + "/limited?limit=100").expect(200)
				.body()).contains(organization));

		operator.delete(LIMITS + "/" + limit).expect(204);
		Eventually.within(PATIENCE, () -> assertThat(tenant.get("/api/v1/users/me").status()).isEqualTo(200));
	}

	@Test
	void planWhenTheOperatorChangesItThenItsLimitsHold() {
		Api tenant = Organization.register().byToken();
		String organization = tenant.get("/api/v1/organizations/me").expect(200).text("/id");
		assertThat(operator().get("/api/v1/admin/organizations/" + organization).expect(200).text("/plan"))
				.isEqualTo("standard");
		operator().patch("/api/v1/admin/organizations/" + organization, """
				{"plan": "free"}""").expect(200);
		Eventually.within(PATIENCE, () -> assertThat(
				tenant.get("/api/v1/users/me").expect(200).header("RateLimit-Policy"))
				.contains("\"organization\";q=100;w=60"));
	}

	private static Api operator() {
		try {
			return Platform.anonymous()
					.with("X-API-Key",
							Files.readString(Platform.stack().operatorKey()).strip());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
