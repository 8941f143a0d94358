package io.billwright.gateway.edge;

import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;
import io.billwright.gateway.support.StubService.Answer;
import io.billwright.gateway.support.StubService.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

@GatewayTest
@ExtendWith(OutputCaptureExtension.class)
class EdgeTests {

	private static final String SEARCH = "/api/v1/search/edge";

	private static final int MEBIBYTE = 1024 * 1024;

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

	@Autowired
	private PlainListener plain;

	@Autowired
	private MeterRegistry meters;

	@Test
	void requestWhenItSaysWhatOnlyTheGatewaySaysThenThatIsDropped() {
		Platform.send(this.port, "GET", SEARCH, "X-Billwright-Passport", "forged", "X-Billwright-Anything", "forged",
				"Forwarded", "for=1.2.3.4", "X-Forwarded-Host", "evil.example", "X-Real-IP", "1.2.3.4", "TE",
				"trailers",
				"Cookie", "a=b", "X-Kept", "yes");
		Received request = Platform.SEARCH.last(SEARCH);
		assertThat(request.headers()).doesNotContainKeys("x-billwright-anything", "forwarded", "x-forwarded-host",
				"x-real-ip", "te", "cookie");
		assertThat(Platform.passport(request)).containsEntry("kind", "anonymous");
		assertThat(request.header("X-Kept")).isEqualTo("yes");
		assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
	}

	@Test
	void headerWhenItConcernsTheClientsConnectionOnlyThenIsDropped() {
		RawRequest.send(this.port, "GET " + SEARCH + "/hop HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\n"
				+ "X-Hop: yes\r\nKeep-Alive: 1\r\nProxy-Authorization: Basic x\r\n\r\n");
		assertThat(Platform.SEARCH.last(SEARCH + "/hop").headers()).doesNotContainKeys("x-hop", "keep-alive",
				"proxy-authorization", "connection");
	}

	@Test
	void clientWhenBehindATrustedProxyThenTheServiceSeesItsAddress() {
		Platform.send(this.port, (request) -> request.uri(Platform.uri(this.port, SEARCH))
				.header("X-Forwarded-For", "6.6.6.6, 203.0.113.9"));
		assertThat(Platform.SEARCH.last(SEARCH).header("X-Forwarded-For")).isEqualTo("203.0.113.9");
	}

	@Test
	void requestIdWhenWellFormedThenIsKeptAndElseIsReplaced() {
		HttpResponse<String> kept = Platform.send(this.port, "GET", SEARCH, "X-Request-Id", "client-id-42");
		assertThat(kept.headers().allValues("X-Request-Id")).containsExactly("client-id-42");
		assertThat(Platform.SEARCH.last(SEARCH).header("X-Request-Id")).isEqualTo("client-id-42");
		HttpResponse<String> replaced = Platform.send(this.port, "GET", SEARCH, "X-Request-Id", "<script>");
		assertThat(replaced.headers().firstValue("X-Request-Id").orElseThrow()).isNotEqualTo("<script>")
				.isEqualTo(Platform.SEARCH.last(SEARCH).header("X-Request-Id"));
	}

	@Test
	void traceWhenBegunByTheClientThenGoesOnInTheService() {
		String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
		Platform.send(this.port, "GET", SEARCH, "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
		assertThat(Platform.SEARCH.last(SEARCH).header("traceparent")).startsWith("00-" + trace + "-");
		Platform.send(this.port, "GET", SEARCH);
		assertThat(Platform.SEARCH.last(SEARCH).header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]");
	}

	@Test
	void answerWhenGivenThenBrowsersAreToldToTakeNothingForGranted() {
		Platform.SEARCH.on("/api/v1/search/loose",
				(request, response) -> response.header("Server", "stub/1")
						.header("X-Powered-By", "stub")
						.header("Access-Control-Allow-Origin", "*")
						.header("Server-Timing", "db;dur=1.0")
						.sendString(reactor.core.publisher.Mono.just("{}")));
		HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/search/loose");
		assertThat(answer.headers().map()).containsKeys("content-security-policy", "referrer-policy")
				.doesNotContainKeys("server", "x-powered-by", "access-control-allow-origin",
						"strict-transport-security");
		assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(answer.headers().firstValue("Content-Security-Policy"))
				.hasValue("default-src 'none'; frame-ancestors 'none'");
		assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(answer.headers().allValues("Server-Timing")).anyMatch((timing) -> timing.startsWith("db;dur=1.0"))
				.anyMatch((timing) -> timing.startsWith("total;dur="));
	}

	@Test
	void managementPortWhenAskedForTheApiThenLeadsToNoService() {
		assertThat(Platform.send(this.managementPort, "GET", "/api/v1/search/managed").statusCode()).isEqualTo(404);
		assertThat(Platform.SEARCH.received("/api/v1/search/managed")).isEmpty();
	}

	@Test
	void pathWhenNobodyServesItThenIsNotFound() {
		HttpResponse<String> answer = Platform.send(this.port, "GET", "/api/v1/unheard-of");
		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(answer.body()).contains("\"code\":\"not_found\"").contains("\"request_id\":\"");
		assertThat(Platform.send(this.port, "GET", "/api/v1/searching").statusCode()).isEqualTo(404);
		assertThat(Platform.send(this.port, "GET", "/actuator/health").statusCode()).isEqualTo(404);
	}

	@Test
	void pathWhenItCanBeReadInTwoWaysThenIsRefused() {
		for (String path : new String[]{"/api/v1/auth/../invoices", "/api/v1/auth/%2e%2e/invoices", "/api/v1//auth",
			"/api/v1/auth;x=1/login", "/api/v1/auth%2flogin"}) {
			String answer = RawRequest.send(this.port,
					"GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
			assertThat(answer).as(path).startsWith("HTTP/1.1 400").contains("application/problem+json");
		}
	}

	@Test
	void methodWhenNoEndpointHasItThenIsRefused() {
		HttpResponse<String> answer = Platform.send(this.port, "TRACE", SEARCH);
		assertThat(answer.statusCode()).isEqualTo(405);
	}

	@Test
	void bodyWhenItsDeclaredLengthIsTooLargeThenNothingOfItIsRead() {
		String answer = RawRequest.send(this.port,
				"POST " + SEARCH + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + (MEBIBYTE + 1) + "\r\n\r\n");
		assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":\"body_too_large\"");
	}

	@Test
	void bodyWhenChunkedAndTooLargeThenIsCutOff() {
		String answer = RawRequest.send(this.port,
				"POST " + SEARCH + "/chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", chunks(1, 17));
		assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":\"body_too_large\"");
		assertThat(Platform.SEARCH.received(SEARCH + "/chunked")).isEmpty();
	}

	@Test
	void bodyWhenWithinItsPathsOwnLimitThenIsPassedOn() {
		HttpResponse<String> answer = Platform.send(this.port,
				(request) -> request.uri(Platform.uri(this.port, "/api/v1/usage/events"))
						.POST(BodyPublishers.ofByteArray(new byte[3 * MEBIBYTE])));
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(Platform.ANALYTICS.last("/api/v1/usage/events").body()).hasSize(3 * MEBIBYTE);
	}

	@Test
	void bodyWhenItDoesNotArriveThenTheClientIsToldSo() {
		String answer = RawRequest.send(this.port,
				"POST " + SEARCH + "/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nstarted");
		assertThat(answer).startsWith("HTTP/1.1 408");
	}

	@Test
	void answerWhenLargeAndTheClientReadsGzipThenIsCompressed() throws Exception {
		Platform.SEARCH.on("/api/v1/search/large", Answer.json(200, "{\"text\":\"" + "a".repeat(5000) + "\"}"));
		HttpResponse<byte[]> answer = Platform.CLIENT.send(
				java.net.http.HttpRequest.newBuilder(Platform.uri(this.port, "/api/v1/search/large"))
						.header("Accept-Encoding", "gzip")
						.header("X-Forwarded-For", Platform.freshAddress())
						.build(),
				HttpResponse.BodyHandlers.ofByteArray());
		assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
		assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes()).hasSize(5011);
	}

	@Test
	void healthWhenAskedThenTellsUpAndNothingElse() {
		HttpResponse<String> answer = Platform.send(this.port, "GET", "/health");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{\"status\":\"up\"}");
	}

	@Test
	void plainListenerWhenAskedThenServesTheSameApi() {
		assertThat(Platform.send(this.plain.port(), "GET", "/health").statusCode()).isEqualTo(200);
		assertThat(Platform.send(this.plain.port(), "GET", "/api/v1/invoices").statusCode()).isEqualTo(401);
	}

	@Test
	void listenerWhenWithoutTlsThenIsReachableFromThisMachineOnly() throws Exception {
		List<InetAddress> outside = NetworkInterface.networkInterfaces()
				.flatMap(NetworkInterface::inetAddresses)
				.filter((address) -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
				.toList();
		assumeThat(outside).isNotEmpty();
		assertThat(outside).allSatisfy((address) -> {
			assertThatExceptionOfType(ConnectException.class)
					.isThrownBy(() -> new Socket(address, this.plain.port()).close());
			assertThatExceptionOfType(ConnectException.class)
					.isThrownBy(() -> new Socket(address, this.port).close());
		});
	}

	@Test
	void requestWhenItFailsThenTheReasonIsLoggedUnderItsId(CapturedOutput output) {
		String id = "failing-" + System.nanoTime();
		assertThat(Platform.send(this.port, "GET", "/api/v1/absent", "X-Request-Id", id).statusCode()).isEqualTo(503);
		assertThat(output.getOut().lines().filter((line) -> line.contains("ProblemExceptionHandler"))).last()
				.asString()
				.contains("GET /api/v1/absent failed: service_unavailable")
				.contains("\"request_id\":\"" + id + "\"");
	}

	@Test
	void requestWhenServedThenLeavesOneLineAndOneMeasurement(CapturedOutput output) {
		String path = "/api/v1/search/logged-" + Platform.freshAddress();
		Platform.send(this.port, "GET", path + "?q=secret-name", "X-Request-Id", "logged-request");
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(output.getOut().lines()
				.filter((line) -> line.contains("\"access\"") && line.contains(path))).singleElement()
				.asString()
				.contains("logged-request")
				.contains("search-service")
				.doesNotContain("secret-name"));
		assertThat(this.meters.get("billwright.gateway.requests")
				.tag("route", "search-service")
				.tag("method", "GET")
				.tag("status", "200")
				.timer()
				.count()).isPositive();
	}

	private static byte[][] chunks(int firstByte, int count) {
		byte[][] chunks = new byte[count][];
		for (int i = 0; i < count; i++) {
			chunks[i] = new byte[64 * 1024];
			java.util.Arrays.fill(chunks[i], (byte) firstByte);
		}
		return chunks;
	}

}
