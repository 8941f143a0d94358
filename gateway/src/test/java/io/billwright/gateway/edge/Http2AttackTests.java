package io.billwright.gateway.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawHttp2;
import io.billwright.gateway.support.StubService;
import io.billwright.gateway.support.TestTls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// What can be done to the gateway with HTTP/2 alone. No service may see anything of it.
@GatewayTest(properties = {"server.ssl.enabled=true", "billwright.gateway.edge.http2.resets=50",
	"billwright.gateway.edge.http2.idle-frames=100",
	"billwright.gateway.edge.request-timeout=2s"})
@DirtiesContext
class Http2AttackTests {

	private static final String PATH = "/api/v1/search/attacked";

	private static final String[] HEAD = {":method", "POST", ":scheme", "https", ":path", PATH, ":authority", "a"};

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@DynamicPropertySource
	static void certificate(DynamicPropertyRegistry registry) {
		TestTls.register(registry);
	}

	/// RFC 9113 section 8.1.1: heads that are malformed, or that say in HTTP/1.1 something else than in HTTP/2.
	static Stream<Arguments> heads() {
		return Stream.of(head("transfer-encoding", with("transfer-encoding", "chunked")),
				head("connection", with("connection", "keep-alive, x-billwright-passport")),
				head("keep-alive", with("keep-alive", "5")), head("proxy-connection", with("proxy-connection", "a")),
				head("upgrade", with("upgrade", "h2c")), head("te", with("te", "gzip")),
				head("upper case", with("X-Upper", "a")), head("space in a name", with("x y", "a")),
				head("colon in a name", with("x:y", "a")), head("empty name", with("", "a")),
				head("line end in a name", with("x\r\ny", "a")),
				head("CR LF in a value", with("x", "a\r\ntransfer-encoding: chunked")),
				head("LF in a value", with("x", "a\nb")), head("NUL in a value", with("x", "a\0b")),
				head("no method", without(":method")), head("no scheme", without(":scheme")),
				head("no path", without(":path")), head("nothing but a scheme", ":scheme", "https"),
				head("empty path", replaced(":path", "")), head("two methods", with(":method", "GET")),
				head("two paths", twice(":path", "/api/v1/search/other")),
				head("two authorities", twice(":authority", "b")),
				head("unknown pseudo header", twice(":secret", "b")), head("status", twice(":status", "200")),
				head("pseudo header after others", after(":path", PATH)),
				head("no authority", without(":authority")), head("another host", with("host", "b")),
				head("two hosts", with("host", "a", "host", "a")),
				head("authority with a user", replaced(":authority", "b@a")),
				head("authority with a path", replaced(":authority", "a/b")),
				head("another scheme", replaced(":scheme", "http")),
				head("smuggled scheme", replaced(":scheme", "https://b/?")),
				head("absolute path", replaced(":path", "https://b" + PATH)),
				head("relative path", replaced(":path", "api")),
				head("request in a path", replaced(":path", PATH + " HTTP/1.1\r\nhost: b\r\n\r\n")),
				head("space in a path", replaced(":path", PATH + " HTTP/1.1")),
				head("request in a method", replaced(":method", "GET " + PATH + " HTTP/1.1\r\nx: ")),
				head("lengths that differ", with("content-length", "4", "content-length", "5")),
				head("length with a sign", with("content-length", "+4")),
				head("length as a list", with("content-length", "4, 5")),
				head("negative length", with("content-length", "-4")),
				head("length beyond any number", with("content-length",
						"99999999999999999999")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("heads")
	void headWhenItIsMalformedOrAmbiguousThenIsRefusedAndNothingOfItPasses(String name, String[] head)
			throws Exception {
		int before = received();
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, head);
			client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, "abcd".getBytes());
			RawHttp2.Answer answer = client.answer(1);
			assertThat(answer.status()).as(answer.toString()).isIn(0, 400);
			if (answer.status() == 400) {
				assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
				assertThat(answer.body()).contains("\"code\":\"bad_request\"");
			}
		}
		assertThat(received()).as("requests that a service got").isEqualTo(before);
	}

	@Test
	void headWhenHostStandsForTheAuthorityThenIsServed() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, true, ":method", "GET", ":scheme", "https", ":path", "/health", "host", "a");
			assertThat(client.answer(1).status()).isEqualTo(200);
			client.request(3, true, ":method", "GET", ":scheme", "https", ":path", "/health", ":authority", "A:1",
					"host", "a:1");
			assertThat(client.answer(3).status()).isEqualTo(200);
		}
	}

	@Test
	void headersWhenTooLargeThenAreRefusedInOurWords() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, true, concat(HEAD, large("x", 9_000), large("y", 9_000)));
			assertRefused(client.answer(1), 431, "headers_too_large");
			client.request(3, true, ":method", "GET", ":scheme", "https", ":path", "/" + "a".repeat(9_000),
					":authority", "a");
			assertRefused(client.answer(3), 414, "uri_too_long");
			client.request(5, true, ":method", "GET", ":scheme", "https", ":path", "/health", ":authority", "a");
			assertThat(client.answer(5).status()).isEqualTo(200);
		}
	}

	@Test
	void headersWhenFarTooLargeThenNobodyIsServed() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.write(RawHttp2.HEADERS, 0, 1, RawHttp2.block(concat(HEAD, large("a", 15_000))));
			client.write(RawHttp2.CONTINUATION, 0, 1, RawHttp2.block(large("b", 15_000)));
			client.send(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1, RawHttp2.block(large("c", 15_000)));
			RawHttp2.Answer answer = client.answer(1);
			assertThat(answer.status()).as(answer.toString()).isIn(0, 431);
		}
	}

	/// CVE-2023-44487.
	@Test
	void clientWhenItGivesUpStreamAfterStreamThenIsSentAway() throws Exception {
		Platform.SEARCH.on("/api/v1/search/reset", StubService.Answer.never());
		double before = sentAway("enhance_your_calm");
		int count = 2_000;
		try (RawHttp2 client = new RawHttp2(this.port)) {
			flood(() -> {
				for (int stream = 1; stream < 2 * count; stream += 2) {
					client.write(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream,
							RawHttp2.block(":method", "GET", ":scheme", "https", ":path", "/api/v1/search/reset",
									":authority", "a"));
					client.write(RawHttp2.RST_STREAM, 0, stream, RawHttp2.number(8));
					client.flush();
				}
			});
			assertThat(client.goodbye()).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
		}
		await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(sentAway("enhance_your_calm")).isEqualTo(before + 1));
		assertThat(Platform.SEARCH.received("/api/v1/search/reset")).hasSizeLessThanOrEqualTo(51);
	}

	/// CVE-2025-8671: frames that make the gateway itself give streams up.
	@Test
	void clientWhenItHasStreamAfterStreamGivenUpThenIsSentAway() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			flood(() -> {
				for (int stream = 1; stream < 2_000; stream += 2) {
					client.write(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.block(HEAD));
					client.write(RawHttp2.WINDOW_UPDATE, 0, stream, RawHttp2.number(Integer.MAX_VALUE));
					client.flush();
				}
			});
			assertThat(client.goodbye()).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
		}
	}

	@Test
	void clientWhenAHeadNeverEndsThenIsSentAway() throws Exception {
		int before = received();
		try (RawHttp2 client = new RawHttp2(this.port)) {
			flood(() -> {
				client.write(RawHttp2.HEADERS, 0, 1, RawHttp2.block(HEAD));
				for (int i = 0; i < 100_000; i++) {
					client.send(RawHttp2.CONTINUATION, 0, 1);
				}
			});
			assertThat(client.goodbye()).isIn(Http2Error.ENHANCE_YOUR_CALM, Http2Error.PROTOCOL_ERROR, null);
		}
		assertThat(received()).isEqualTo(before);
	}

	static Stream<Arguments> idleFrames() {
		return Stream.of(arguments("PING", RawHttp2.PING, 0, new byte[8]),
				arguments("SETTINGS", RawHttp2.SETTINGS, 0, new byte[]{0, 3, 0, 0, 0, 100}),
				arguments("PRIORITY", RawHttp2.PRIORITY, 1, new byte[]{0, 0, 0, 0, 1}),
				arguments("WINDOW_UPDATE", RawHttp2.WINDOW_UPDATE, 1, RawHttp2.number(1)),
				arguments("unknown", 0xfa, 1, new byte[4]));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("idleFrames")
	void clientWhenItKeepsTheConnectionBusyForNothingThenIsSentAway(String name, int type, int stream, byte[] payload)
			throws Exception {
		double before = sentAway("enhance_your_calm");
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, HEAD);
			flood(() -> {
				for (int i = 0; i < 10_000; i++) {
					client.send(type, 0, stream, payload);
				}
			});
			assertThat(client.goodbye()).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
		}
		await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(sentAway("enhance_your_calm")).isEqualTo(before + 1));
	}

	@Test
	void clientWhenItSendsEmptyDataOnAndOnThenIsSentAway() throws Exception {
		int before = received();
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, HEAD);
			flood(() -> {
				for (int i = 0; i < 10_000; i++) {
					client.send(RawHttp2.DATA, 0, 1);
				}
			});
			assertThat(client.goodbye()).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
		}
		assertThat(received()).isEqualTo(before);
	}

	static Stream<Arguments> bodies() {
		return Stream.of(arguments("longer", "4", "abcdef"), arguments("shorter", "8", "abcdef"),
				arguments("none", "4", ""));
	}

	/// The downgrade to HTTP/1.1 behind the gateway would make the rest of a body a request of its own, or the next request
	/// the rest of a body.
	@ParameterizedTest(name = "{0}")
	@MethodSource("bodies")
	void bodyWhenItsLengthIsAnotherOneThenNobodyTakesItForWhole(String name, String length, String body)
			throws Exception {
		int before = received();
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, with("content-length", length));
			client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, body.getBytes());
			RawHttp2.Answer answer = client.answer(1);
			assertRefused(answer, 400, "bad_request");
			client.request(3, true, ":method", "GET", ":scheme", "https", ":path", "/api/v1/search/after", ":authority",
					"a");
			assertThat(client.answer(3).status()).isEqualTo(200);
		}
		assertThat(received()).as("requests that a service got").isEqualTo(before);
	}

	/// A request that says it has no body is whole without one.
	@Test
	void bodyWhenThereShouldBeNoneThenNothingOfItPasses() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, with("content-length", "0"));
			client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, "GET /api/v1/search/hidden HTTP/1.1\r\n\r\n".getBytes());
			assertRefused(client.answer(1), 400, "bad_request");
		}
		assertThat(Platform.SEARCH.received(PATH)).allMatch((request) -> request.body().isEmpty());
		assertThat(Platform.SEARCH.received("/api/v1/search/hidden")).isEmpty();
	}

	@Test
	void bodyWhenGivenUpHalfwayThenNobodyTakesItForWhole() throws Exception {
		int before = received();
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, HEAD);
			client.send(RawHttp2.DATA, 0, 1, "abc".getBytes());
			client.send(RawHttp2.RST_STREAM, 0, 1, RawHttp2.number(8));
			client.request(3, false, HEAD);
			client.send(RawHttp2.DATA, 0, 3, "abc".getBytes());
		}
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, true, ":method", "GET", ":scheme", "https", ":path", "/api/v1/search/after", ":authority",
					"a");
			assertThat(client.answer(1).status()).isEqualTo(200);
		}
		assertThat(received()).as("requests that a service got").isEqualTo(before);
	}

	@Test
	void bodyWhenItDoesNotArriveThenTheClientIsToldSo() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, with("content-length", "4"));
			client.send(RawHttp2.DATA, 0, 1, "ab".getBytes());
			assertRefused(client.answer(1), 408, "request_timeout");
		}
	}

	@Test
	void trailersWhenTheyNameWhatMattersThenNothingOfThemPasses() throws Exception {
		try (RawHttp2 client = new RawHttp2(this.port)) {
			client.request(1, false, ":method", "POST", ":scheme", "https", ":path", "/api/v1/search/trailed",
					":authority", "a");
			client.send(RawHttp2.DATA, 0, 1, "ab".getBytes());
			client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1,
					RawHttp2.block("content-length", "1", "x-billwright-passport", "forged"));
			assertThat(client.answer(1).status()).isEqualTo(200);
		}
		StubService.Received received = Platform.SEARCH.last("/api/v1/search/trailed");
		assertThat(received.body()).isEqualTo("ab");
		assertThat(received.header("X-Billwright-Passport")).isNotEqualTo("forged");
	}

	private static int received() {
		return Platform.SEARCH.received(PATH).size();
	}

	private double sentAway(String error) {
		return this.meters.find("billwright.gateway.http2.sent.away")
				.tag("error", error)
				.counters()
				.stream()
				.mapToDouble((counter) -> counter.count())
				.sum();
	}

	private static void assertRefused(RawHttp2.Answer answer, int status, String code) {
		assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
		assertThat(answer.headers()).containsEntry("content-type", "application/problem+json")
				.containsEntry("x-content-type-options", "nosniff")
				.containsKey("strict-transport-security");
		assertThat(answer.body()).contains("\"code\":\"" + code + "\"", answer.headers().get("x-request-id"))
				.endsWith("}");
	}

	/// The gateway may close the connection before everything is written: that is one of the things under test.
	private static void flood(Flood flood) {
		Thread.ofVirtual().start(() -> {
			try {
				flood.write();
			}
			catch (IOException closedByTheGateway) {
				// What it said before is read by the test.
			}
		});
	}

	private static Arguments head(String name, String... head) {
		return arguments(name, head);
	}

	private static String[] with(String... headers) {
		return concat(HEAD, headers);
	}

	private static String[] after(String... headers) {
		return concat(HEAD, new String[]{"x", "y"}, headers);
	}

	private static String[] twice(String name, String value) {
		return concat(new String[]{name, value}, HEAD);
	}

	private static String[] replaced(String name, String value) {
		String[] head = HEAD.clone();
		head[Arrays.asList(head).indexOf(name) + 1] = value;
		return head;
	}

	private static String[] without(String name) {
		int at = Arrays.asList(HEAD).indexOf(name);
		return concat(Arrays.copyOf(HEAD, at), Arrays.copyOfRange(HEAD, at + 2, HEAD.length));
	}

	private static String[] large(String name, int length) {
		return new String[]{"x-" + name, "a".repeat(length)};
	}

	private static String[] concat(String[]... parts) {
		return Arrays.stream(parts).flatMap(Arrays::stream).toArray(String[]::new);
	}

	@FunctionalInterface
	private interface Flood {

		void write() throws IOException;

	}

}
