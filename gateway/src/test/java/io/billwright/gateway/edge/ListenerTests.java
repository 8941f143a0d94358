package io.billwright.gateway.edge;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import reactor.core.publisher.Mono;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest(properties = {"billwright.gateway.edge.head-timeout=1s", "server.netty.idle-timeout=3s"})
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class ListenerTests {

	private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@ParameterizedTest
	@ValueSource(strings = {"NONSENSE\r\n\r\n", "GET  /health\r\n\r\n", "GET /health HTTP/banana\r\n\r\n",
		"GET /health HTTP/2.0\r\nHost: a\r\n\r\n", "GET /health HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
		"GET /health HTTP/1.1\r\nHost: a\r\nX: \u0001\r\n\r\n", "GET /a|b HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /health HTTP/1.1\r\nHost: a:b:c\r\n\r\n",
		"POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n",
		"POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST /api/v1/search/nonsense HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n\r\n"})
	void requestWhenMalformedThenIsRefusedInOurWords(String request) throws Exception {
		assertRefused(RawRequest.untilClosed(connect(), request), 400, "bad_request");
	}

	@Test
	void bodyWhenMalformedAfterTheAnswerThenThereIsNoSecondOne() throws Exception {
		try (Socket socket = connect()) {
			send(socket, "POST /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
			assertThat(receive(socket)).startsWith("HTTP/1.1 404");
			assertThat(RawRequest.untilClosed(socket, "nonsense\r\n\r\n")).isEmpty();
		}
	}

	@Test
	void headersWhenTooLargeThenAreRefusedInOurWords() throws Exception {
		String answer = RawRequest.untilClosed(connect(),
				"GET /health HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(17_000) + "\r\n\r\n");
		assertRefused(answer, 431, "headers_too_large");
	}

	@Test
	void uriWhenTooLongThenIsRefusedInOurWords() throws Exception {
		String answer = RawRequest.untilClosed(connect(),
				"GET /health?q=" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
		assertRefused(answer, 414, "uri_too_long");
	}

	@Test
	void clientWhenStillSendingThenReadsItsAnswerBeforeTheConnectionIsGone() throws Exception {
		String answer = RawRequest.untilClosed(connect(),
				"GET /health HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(4_000_000) + "\r\n\r\n");
		assertRefused(answer, 431, "headers_too_large");
	}

	@Test
	void headWhenItDoesNotArriveThenTheClientIsToldSo(CapturedOutput output) throws Exception {
		double before = refusals("408");
		String answer = RawRequest.untilClosed(connect(), "GET /health HTTP/1.1\r\nHost: a\r\nX-Sl");
		String requestId = assertRefused(answer, 408, "request_timeout");
		assertThat(refusals("408")).isEqualTo(before + 1);
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(output.getOut().lines()
				.filter((line) -> line.contains("\"access\"") && line.contains(requestId))).singleElement()
				.asString()
				.contains("408")
				.contains("127.0.0.1"));
	}

	@Test
	void headWhenDribbledThenIsGivenUpAllTheSame() throws Exception {
		try (Socket socket = connect()) {
			Thread.ofVirtual().start(() -> dribble(socket));
			assertRefused(RawRequest.untilClosed(socket, "GET /health HTTP/1.1\r\nX-Slow: "), 408, "request_timeout");
		}
	}

	@Test
	void headWhenTheSecondOneDoesNotArriveThenTheClientIsToldSo() throws Exception {
		String answers = RawRequest.untilClosed(connect(), HEALTH + "GET /hea");
		assertThat(answers).startsWith("HTTP/1.1 200");
		try (Socket socket = connect()) {
			send(socket, HEALTH);
			assertThat(receive(socket)).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"up\"}");
			assertRefused(RawRequest.untilClosed(socket, "GET /hea"), 408, "request_timeout");
		}
	}

	@Test
	void connectionWhenNobodyAsksAnythingThenIsClosedWithoutAWord() throws Exception {
		assertThat(RawRequest.untilClosed(connect(), "")).isEmpty();
		try (Socket socket = connect()) {
			send(socket, HEALTH);
			assertThat(receive(socket)).startsWith("HTTP/1.1 200");
			assertThat(RawRequest.untilClosed(socket, "")).isEmpty();
		}
	}

	@Test
	void serviceWhenItTakesLongerThanAHeadMayThenIsWaitedFor() throws Exception {
		Platform.SEARCH.on("/api/v1/search/pensive", (request, response) -> response
				.sendString(Mono.just("{}").delayElement(Duration.ofSeconds(2))));
		try (Socket socket = connect()) {
			send(socket, "GET /api/v1/search/pensive HTTP/1.1\r\nHost: a\r\n\r\nGET /hea");
			assertThat(receive(socket)).startsWith("HTTP/1.1 200");
		}
	}

	@Test
	void bodyWhenItTakesLongerThanAHeadMayThenIsWaitedFor() throws Exception {
		try (Socket socket = connect()) {
			send(socket, "POST /api/v1/search/patient HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
			Thread.sleep(1500);
			send(socket, "cd");
			assertThat(receive(socket)).startsWith("HTTP/1.1 200");
			assertThat(Platform.SEARCH.last("/api/v1/search/patient").body()).isEqualTo("abcd");
		}
	}

	private double refusals(String status) {
		return this.meters.find("billwright.gateway.requests")
				.tags("route", "none", "method", "OTHER", "status", status)
				.timers()
				.stream()
				.mapToLong((timer) -> timer.count())
				.sum();
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket("127.0.0.1", this.port);
		socket.setSoTimeout(10_000);
		return socket;
	}

	private static void send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
		socket.getOutputStream().flush();
	}

	private static String receive(Socket socket) throws IOException {
		byte[] buffer = new byte[64 * 1024];
		return new String(buffer, 0, socket.getInputStream().read(buffer), StandardCharsets.ISO_8859_1);
	}

	private static void dribble(Socket socket) {
		try {
			while (true) {
				Thread.sleep(200);
				send(socket, "a");
			}
		}
		catch (IOException | InterruptedException closed) {
			// The gateway has had enough.
		}
	}

	private static String assertRefused(String answer, int status, String code) {
		assertThat(answer).startsWith("HTTP/1.1 " + status + " ")
				.containsIgnoringCase("\r\ncontent-type: application/problem+json\r\n")
				.containsIgnoringCase("\r\nconnection: close\r\n")
				.containsIgnoringCase("\r\nx-content-type-options: nosniff\r\n")
				.contains("{\"type\":\"/docs/errors#" + code + "\"")
				.contains("\"code\":\"" + code + "\"")
				.endsWith("}");
		Matcher requestId = Pattern.compile("(?i)\r\nx-request-id: (\\S+)\r\n").matcher(answer);
		assertThat(requestId.find()).isTrue();
		assertThat(answer).contains("\"request_id\":\"" + requestId.group(1) + "\"");
		return requestId.group(1);
	}

}
