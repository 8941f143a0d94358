package io.billwright.gateway.edge;

import java.io.IOException;
import java.net.Socket;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Requests whose end, path or name two parties could see differently. Each is refused as a whole, the connection closes,
/// and no service gets anything: neither the request nor what hides behind it.
@GatewayTest
class SmugglingTests {

	private static final String VISIBLE = "/api/v1/search/visible";

	private static final String HIDDEN = "GET /api/v1/search/hidden HTTP/1.1\r\nHost: a\r\n\r\n";

	private static final String CLOSE = "Connection: close\r\n";

	private static final String CHUNKED = "POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
			.formatted(VISIBLE);

	@LocalServerPort
	private int port;

	static Stream<Arguments> requests() {
		return Stream.of(
				// RFC 9112 section 6.3: both lengths.
				body("CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + HIDDEN),
				body("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\n" + HIDDEN + "0\r\n\r\n"),
				// Codings that one party knows and another does not.
				body("TE.TE, unknown after chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n",
						"0\r\n\r\n" + HIDDEN),
				body("TE.TE, unknown before chunked", "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n",
						"0\r\n\r\n" + HIDDEN),
				body("TE.TE, twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
						"0\r\n\r\n" + HIDDEN),
				body("TE, list", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + HIDDEN),
				body("TE, misspelt", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + HIDDEN),
				body("TE, unknown alone", "Transfer-Encoding: gzip\r\n", HIDDEN),
				body("TE, quoted", "Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n" + HIDDEN),
				body("TE, vertical tab", "Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n" + HIDDEN),
				body("TE, empty", "Transfer-Encoding:\r\n", HIDDEN),
				body("TE, space before the colon", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + HIDDEN),
				body("TE, folded", "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n" + HIDDEN),
				// 0.CL: a length that one party does not see or not as a number.
				body("CL, space before the colon", "Content-Length : 4\r\n", "abcd"),
				body("CL, sign", "Content-Length: +4\r\n", "abcd"),
				body("CL, negative", "Content-Length: -1\r\n", ""),
				body("CL, hexadecimal", "Content-Length: 0x4\r\n", "abcd"),
				body("CL, inner space", "Content-Length: 4 4\r\n", "abcd"),
				body("CL, twice and different", "Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"),
				body("CL, list", "Content-Length: 4, 5\r\n", "abcde"),
				body("CL, empty", "Content-Length:\r\n", "abcd"),
				body("CL, beyond any number", "Content-Length: 99999999999999999999\r\n", "abcd"),
				// Line ends: RFC 9112 section 2.2.
				raw("bare LF", "GET " + VISIBLE + " HTTP/1.1\nHost: a\n\n"),
				raw("bare LF in one header", "GET " + VISIBLE + " HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
				raw("bare CR in a header", "GET " + VISIBLE + " HTTP/1.1\r\nHost: a\r\nX: b\rc: d\r\n\r\n"),
				raw("NUL in a header", "GET " + VISIBLE + " HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
				// Chunks: RFC 9112 section 7.1.
				raw("chunk extension with a bare LF", CHUNKED + "2;\nxx\r\n0\r\n\r\n" + HIDDEN),
				raw("chunk line with a bare LF", CHUNKED + "2\nab\r\n0\r\n\r\n"),
				raw("chunk without its line end", CHUNKED + "2\r\nabXX0\r\n\r\n" + HIDDEN),
				raw("chunk that ends in a bare LF", CHUNKED + "2\r\nab\n0\r\n\r\n"),
				raw("chunk size with a prefix", CHUNKED + "0x2\r\nab\r\n0\r\n\r\n"),
				raw("chunk size with a sign", CHUNKED + "+2\r\nab\r\n0\r\n\r\n"),
				raw("chunk size, negative", CHUNKED + "-2\r\nab\r\n0\r\n\r\n"),
				raw("chunk size beyond any number", CHUNKED + "FFFFFFFFFFFFFFFF2\r\nab\r\n0\r\n\r\n"),
				raw("chunk size, empty", CHUNKED + "\r\nab\r\n0\r\n\r\n"),
				// RFC 9112 section 6.1: who speaks HTTP/1.0 does not know chunks.
				raw("HTTP/1.0 with chunks", CHUNKED.replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n" + HIDDEN),
				// RFC 9112 section 3.2: whose request it is.
				raw("no Host", "GET " + VISIBLE + " HTTP/1.1\r\n\r\n"),
				raw("two Hosts", "GET " + VISIBLE + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
				raw("Host as a list", "GET " + VISIBLE + " HTTP/1.1\r\nHost: a, b\r\n\r\n"),
				raw("Host with a path", "GET " + VISIBLE + " HTTP/1.1\r\nHost: a/b\r\n\r\n"),
				raw("Host with a user", "GET " + VISIBLE + " HTTP/1.1\r\nHost: b@a\r\n\r\n"),
				raw("another host in the line", "GET http://b" + VISIBLE + " HTTP/1.1\r\nHost: a\r\n\r\n"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("requests")
	void requestWhenItCouldBeReadInTwoWaysThenIsRefusedAndNothingOfItPasses(String name, String request)
			throws Exception {
		int before = Platform.SEARCH.received(VISIBLE).size()
				+ Platform.SEARCH.received("/api/v1/search/hidden").size();

		String answer = RawRequest.untilClosed(new Socket("127.0.0.1", this.port), request);

		assertThat(answer).startsWith("HTTP/1.1 400 ")
				.containsOnlyOnce("HTTP/1.1")
				.containsIgnoringCase("\r\nconnection: close\r\n")
				.contains("\"status\":400");
		assertThat(Platform.SEARCH.received(VISIBLE).size() + Platform.SEARCH.received("/api/v1/search/hidden").size())
				.as("requests that a service got")
				.isEqualTo(before);
	}

	/// RFC 9112 section 5.2 lets a recipient read a fold as a space, which hides nothing from anybody behind it.
	@Test
	void headerWhenFoldedThenItsLinesAreOneValue() throws Exception {
		String answer = RawRequest.untilClosed(new Socket("127.0.0.1", this.port),
				"GET /api/v1/search/folded HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n");
		assertThat(answer).startsWith("HTTP/1.1 200 ");
		assertThat(Platform.SEARCH.last("/api/v1/search/folded").headers())
				.containsEntry("x", "a Transfer-Encoding: chunked")
				.doesNotContainKey("transfer-encoding");
	}

	@Test
	void targetWhenAbsoluteThenIsTheSameAsItsPath() throws Exception {
		String answer = RawRequest.untilClosed(new Socket("127.0.0.1", this.port),
				"GET http://A:80/api/v1/search/absolute HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n");
		assertThat(answer).startsWith("HTTP/1.1 200 ");
		assertThat(Platform.SEARCH.received("/api/v1/search/absolute")).hasSize(1);
	}

	@Test
	void requestsWhenPipelinedThenAreAnsweredInTheirOrder() throws Exception {
		assertThat(statuses(get("one", "") + post("two", "0123456789") + get("three", "") + get("four", CLOSE)))
				.containsExactly("200", "200", "200", "200");
	}

	@Test
	void requestWhenRefusedThenThoseBeforeItAreAnsweredFirst() throws Exception {
		assertThat(statuses(get("one", "") + post("two", "0123456789") + get("three", "X : a\r\n") + get("four", "")))
				.containsExactly("200", "200", "400");
	}

	@Test
	void requestWhenItIsToBeTheLastThenNothingBehindItIsAnswered() throws Exception {
		assertThat(statuses(get("one", "") + get("two", CLOSE) + get("three", ""))).containsExactly("200", "200");
	}

	private Stream<String> statuses(String requests) throws IOException {
		String answers = RawRequest.untilClosed(new Socket("127.0.0.1", this.port), requests);
		return Pattern.compile("HTTP/1\\.1 (\\d+)").matcher(answers).results().map((answer) -> answer.group(1));
	}

	private static String get(String name, String headers) {
		return "GET /api/v1/search/%s HTTP/1.1\r\nHost: a\r\n%s\r\n".formatted(name, headers);
	}

	private static String post(String name, String body) {
		return "POST /api/v1/search/%s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
				.formatted(name, body.length(), body);
	}

	private static Arguments body(String name, String headers, String body) {
		return raw(name, "POST " + VISIBLE + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body);
	}

	private static Arguments raw(String name, String request) {
		return arguments(name, request);
	}

}
