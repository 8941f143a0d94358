package io.billwright.gateway.openapi;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest(properties = "billwright.gateway.openapi.refresh=100ms")
@DirtiesContext
class DocumentationTests {

	private static final String DESCRIPTION = "{\"openapi\":\"3.1.0\",\"paths\":{\"%s\":{\"get\":{\"operationId\":\"%s\"}}}}";

	private static final Path ERRORS = Path.of("..", "docs", "reference", "errors.md");

	@LocalServerPort
	private int port;

	@Test
	void documentWhenAServiceGoesAwayThenItsLastGoodWordsStand() {
		Platform.USERS.on("/v3/api-docs", Answer.json(200, DESCRIPTION.formatted("/api/v1/users/me", "me")));
		Platform.INVOICES.on("/v3/api-docs", Answer.json(200, DESCRIPTION.formatted("/api/v1/invoices", "invoices")));
		HttpResponse<String> first = await().atMost(Duration.ofSeconds(60))
				.until(this::document, (answer) -> answer.body().contains("/api/v1/users/me")
						&& answer.body().contains("/api/v1/invoices"));
		assertThat(first.statusCode()).isEqualTo(200);
		assertThat(first.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(first.headers().firstValue("Cache-Control")).as("other services are missing").hasValue("no-store");
		Platform.USERS.on("/v3/api-docs", Answer.json(500, "{}"));
		Platform.INVOICES.on("/v3/api-docs", Answer.json(200, DESCRIPTION.formatted("/api/v1/customers", "customers")));
		await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(document().body()).contains("/api/v1/customers"));
		assertThat(document().body()).contains("/api/v1/users/me").doesNotContain("/api/v1/invoices");
	}

	@Test
	void pageWhenReadThenEverythingItNeedsIsShippedAndNothingElseMayRun() {
		HttpResponse<String> page = Platform.send(this.port, "GET", "/docs");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("script-src 'self';")
				.contains("frame-ancestors 'none'");
		assertThat(page.body()).doesNotContain("http://", "https://", "<script>");
		for (String file : new String[]{"swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css"}) {
			assertThat(page.body()).contains("\"/docs/" + file + "\"");
			assertThat(Platform.send(this.port, "GET", "/docs/" + file).statusCode()).as(file).isEqualTo(200);
		}
	}

	@Test
	void errorsWhenReadThenEachCodeHasItsAnchorOnceAndNothingElseMayRun() throws Exception {
		HttpResponse<String> page = Platform.send(this.port, "GET", "/docs/errors");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
				.startsWith("default-src 'none'; script-src 'self';");
		assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(page.body()).doesNotContain("<script", "<!-- errors.md -->");
		assertThat(matches("id=\"([^\"]+)\"", page.body()))
				.containsExactlyElementsOf(matches("(?m)^\\| `([a-z0-9_]+)` \\|", Files.readString(ERRORS)))
				.hasSizeGreaterThan(50)
				.doesNotHaveDuplicates();
	}

	@Test
	void problemWhenItsTypeIsFollowedThenLeadsToItsCode() {
		URI asked = Platform.uri(this.port, "/api/v1/unheard-of");
		String problem = Platform.send(this.port, "GET", asked.getPath()).body();
		URI type = asked.resolve(JsonMapper.shared().readTree(problem).path("type").stringValue());
		HttpResponse<String> page = Platform.send(this.port, "GET", type.getPath());
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(type.getFragment()).isEqualTo("not_found");
		assertThat(page.body()).contains("id=\"" + type.getFragment() + "\"");
	}

	private static List<String> matches(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map((match) -> match.group(1)).toList();
	}

	private HttpResponse<String> document() {
		return Platform.send(this.port, "GET", "/api/v1/openapi.json");
	}

}
