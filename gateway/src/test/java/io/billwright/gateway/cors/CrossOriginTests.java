package io.billwright.gateway.cors;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService.Answer;

import static org.assertj.core.api.Assertions.assertThat;

@GatewayTest
class CrossOriginTests {

	private static final String SHOP = "https://shop.example";

	@LocalServerPort
	private int port;

	@BeforeAll
	static void allowTheShop() {
		Platform.USERS.on("/internal/cors-origins", (request, response) -> Answer
				.json(200, "{\"allowed\":%s}".formatted(
						request.uri().contains("shop.example") && !request.uri().contains("org_foreign")))
				.write(request, response));
	}

	@Test
	void preflightWhenOriginIsAllowedThenIsAnsweredAtTheEdge() {
		int before = Platform.INVOICES.received("/api/v1/invoices").size();
		HttpResponse<String> answer = preflight(SHOP);
		assertThat(answer.statusCode()).isEqualTo(204);
		assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(SHOP);
		assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).hasValue("true");
		assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElseThrow()).contains("PATCH");
		assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElseThrow()).contains("X-CSRF-Token");
		assertThat(answer.headers().allValues("Vary")).contains("Origin");
		assertThat(Platform.INVOICES.received("/api/v1/invoices")).hasSize(before);
	}

	@Test
	void preflightWhenOriginIsNotAllowedThenIsRefusedWithoutAMark() {
		HttpResponse<String> answer = preflight("https://evil.example");
		assertThat(answer.statusCode()).isEqualTo(403);
		assertThat(answer.body()).contains("\"code\":\"origin_not_allowed\"");
		assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
	}

	@Test
	void refusalWhenOriginIsAllowedThenThePageMayReadIt() {
		HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/invoices", "Origin", SHOP);
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(SHOP);
		assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow()).contains("RateLimit");
	}

	@Test
	void answerWhenTheCallersOrganizationDoesNotAllowTheOriginThenBearsNoMark() {
		String own = Platform.apiKey("live", "org_shop", "");
		String foreign = Platform.apiKey("live", "org_foreign", "");
		HttpResponse<String> toOwn = Platform.send(this.port, "GET", "/api/v1/invoices", "Origin", SHOP, "X-API-Key",
				own);
		assertThat(toOwn.statusCode()).isEqualTo(200);
		assertThat(toOwn.headers().firstValue("Access-Control-Allow-Origin")).hasValue(SHOP);
		HttpResponse<String> toForeign = Platform.send(this.port, "GET", "/api/v1/invoices", "Origin", SHOP,
				"X-API-Key", foreign);
		assertThat(toForeign.statusCode()).isEqualTo(200);
		assertThat(toForeign.headers().map()).doesNotContainKeys("access-control-allow-origin",
				"access-control-allow-credentials", "access-control-expose-headers");
	}

	@Test
	void originWhenAskedAboutAgainThenUserServiceIsNot() {
		String origin = "https://remembered.shop.example";
		preflight(origin);
		preflight(origin);
		assertThat(Platform.USERS.received("/internal/cors-origins")
				.stream()
				.filter((request) -> request.uri().contains("remembered"))).hasSize(1);
	}

	@Test
	void originWhenNobodyCanSayThenIsNotAllowed() {
		Platform.USERS.on("/internal/cors-origins", Answer.json(503, "{}"));
		try {
			String origin = "https://unsaid.shop.example";
			assertThat(preflight(origin).statusCode()).isEqualTo(503);
			HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/search", "Origin", origin);
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
		}
		finally {
			allowTheShop();
		}
	}

	private HttpResponse<String> preflight(String origin) {
		return Platform.send(this.port, "OPTIONS", "/api/v1/invoices", "Origin", origin,
				"Access-Control-Request-Method", "POST");
	}

}
