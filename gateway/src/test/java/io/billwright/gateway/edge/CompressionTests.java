package io.billwright.gateway.edge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

import com.github.luben.zstd.ZstdInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Mono;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;
import io.billwright.gateway.support.StubService;

import static org.assertj.core.api.Assertions.assertThat;

@GatewayTest(properties = "billwright.gateway.compression.max=250KB")
class CompressionTests {

	private static final String LARGE = "{\"text\":\"" + "all work and no play ".repeat(500) + "\"}";

	private static final String PATH = "/api/v1/search/compressed";

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {"gzip|gzip", "zstd|zstd", "gzip, zstd|zstd", "zstd;q=0, gzip|gzip",
		"zstd;q=0.0 ,gzip;q=0.5|gzip", "gzip;q=0, zstd;q=0|''", "''|''", "identity|''", "GZIP;Q=0.8, br|gzip",
		"gzip, zstd;q=0.9|gzip", "*|zstd", "*;q=0.1, zstd;q=0|gzip", "identity, gzip;q=0.5|''", "gzip;q=high|''",
		"x-gzip|gzip", "deflate, br, snappy|''", "identity;q=0, gzip;q=0.2|gzip"})
	void answerWhenItIsWorthItThenIsInTheCodingThatTheClientLikesBest(String accepted, String coding) throws Exception {
		Platform.SEARCH.on(PATH, StubService.Answer.json(200, LARGE));
		HttpResponse<byte[]> answer = get(PATH, accepted);
		assertThat(answer.headers().firstValue("Content-Encoding").orElse("")).isEqualTo(coding);
		assertThat(answer.headers().allValues("Vary")).anyMatch("accept-encoding"::equalsIgnoreCase);
		assertThat(decoded(answer.body(), coding)).isEqualTo(LARGE);
		assertThat(answer.body().length).isLessThan(coding.isEmpty() ? Integer.MAX_VALUE : LARGE.length() / 10);
	}

	@Test
	void answerWhenSmallOrEncodedOrOfAnotherTypeThenStaysAsItIs() throws Exception {
		assertAsItIs(PATH, StubService.Answer.json(200, "{}"));
		assertAsItIs(PATH, (request, response) -> response.header("Content-Type", "image/png")
				.sendString(Mono.just(LARGE)));
		Platform.SEARCH.on(PATH, (request, response) -> response.header("Content-Type", "application/json")
				.header("Content-Encoding", "br")
				.sendString(Mono.just(LARGE)));
		HttpResponse<byte[]> encoded = get(PATH, "gzip, zstd");
		assertThat(encoded.headers().allValues("Content-Encoding")).containsExactly("br");
		assertThat(new String(encoded.body(), StandardCharsets.UTF_8)).isEqualTo(LARGE);
	}

	@ParameterizedTest
	@CsvSource({"gzip,-gzip", "zstd,-zstd", "identity,''"})
	void tagWhenTheAnswerIsCompressedThenSaysSoAndItsServiceKnowsItAgain(String accepted, String mark) {
		Platform.SEARCH.on(PATH, (request, response) -> request.header("If-None-Match").equals("\"3\"")
				? response.status(304).header("ETag", "\"3\"").send()
				: response.header("Content-Type", "application/json").header("ETag", "\"3\"")
						.sendString(Mono.just(LARGE)));
		String tag = send("GET", "Accept-Encoding", accepted).headers().firstValue("ETag").orElse("");
		assertThat(tag).isEqualTo("\"3" + mark + "\"");

		HttpResponse<String> unchanged = send("GET", "Accept-Encoding", accepted, "If-None-Match",
				"\"1-gzip\", " + tag);
		assertThat(unchanged.statusCode()).as("another tag beside it").isEqualTo(200);
		assertThat(Platform.SEARCH.last(PATH).header("If-None-Match")).isEqualTo("\"1\", \"3\"");
		unchanged = send("GET", "Accept-Encoding", accepted, "If-None-Match", tag);
		assertThat(unchanged.statusCode()).isEqualTo(304);
		assertThat(unchanged.headers().firstValue("ETag")).hasValue(tag);

		send("PUT", "If-Match", tag);
		assertThat(Platform.SEARCH.last(PATH).header("If-Match")).isEqualTo("\"3\"");
	}

	@Test
	void headWhenTheAnswerWouldBeCompressedThenTellsNoLengthOfAnother() {
		Platform.SEARCH.on(PATH, (request, response) -> response.header("Content-Type", "application/json")
				.header("Content-Length", "5000")
				.header("ETag", "\"3\"")
				.send());
		HttpResponse<String> compressed = send("HEAD", "Accept-Encoding", "gzip");
		assertThat(compressed.headers().firstValue("Content-Length")).isEmpty();
		assertThat(compressed.headers().firstValue("ETag")).hasValue("\"3-gzip\"");
		assertThat(send("HEAD").headers().firstValue("Content-Length")).hasValue("5000");
	}

	@Test
	void answerWhenItMustNotBeTransformedOrIsTooLargeThenStaysAsItIs() throws Exception {
		assertAsItIs(PATH, (request, response) -> response.header("Content-Type", "application/json")
				.header("Cache-Control", "private, no-transform")
				.sendString(Mono.just(LARGE)));
		assertAsItIs(PATH, StubService.Answer.json(200, LARGE.repeat(30)));
	}

	/// HTTP/1.0 has no chunks, and so nothing of a length that is not known in advance.
	@Test
	void clientWhenOfThePastThenGetsTheAnswerAsItIs() {
		Platform.SEARCH.on(PATH, StubService.Answer.json(200, LARGE));
		assertThat(RawRequest.send(this.port,
				"GET " + PATH + " HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"))
				.contains(LARGE)
				.doesNotContainIgnoringCase("content-encoding");
	}

	/// BREACH.
	@Test
	void answerWhenItHoldsASecretThenIsNotCompressed() throws Exception {
		assertAsItIs(PATH, (request, response) -> response.header("Content-Type", "application/json")
				.header("Set-Cookie", "a=b")
				.sendString(Mono.just(LARGE)));
		Platform.USERS.on("/api/v1/auth/tokens", StubService.Answer.json(200, LARGE));
		assertThat(get("/api/v1/auth/tokens?a=b", "gzip, zstd").headers().firstValue("Content-Encoding")).isEmpty();
	}

	private void assertAsItIs(String path, StubService.Answer answer) throws Exception {
		Platform.SEARCH.on(path, answer);
		assertThat(get(path, "gzip, zstd").headers().firstValue("Content-Encoding")).isEmpty();
	}

	private HttpResponse<String> send(String method, String... headers) {
		return Platform.send(this.port, method, PATH, headers);
	}

	private HttpResponse<byte[]> get(String path, String accepted) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(Platform.uri(this.port, path))
				.header("X-Forwarded-For", Platform.freshAddress());
		if (!accepted.isEmpty()) {
			request.header("Accept-Encoding", accepted);
		}
		return Platform.CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
	}

	private static String decoded(byte[] body, String coding) throws IOException {
		InputStream in = new ByteArrayInputStream(body);
		try (InputStream decoded = switch (coding) {
			case "gzip" -> new GZIPInputStream(in);
			case "zstd" -> new ZstdInputStream(in);
			default -> in;
		}) {
			return new String(decoded.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
