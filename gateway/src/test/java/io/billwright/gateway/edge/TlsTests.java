package io.billwright.gateway.edge;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLSocket;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;
import io.billwright.gateway.support.TestTls;

import static org.assertj.core.api.Assertions.assertThat;

@GatewayTest(properties = {"server.ssl.enabled=true", "billwright.gateway.edge.head-timeout=1s",
	"billwright.gateway.edge.max-streams=7"})
@DirtiesContext
class TlsTests {

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void certificate(DynamicPropertyRegistry registry) {
		TestTls.register(registry);
	}

	@Test
	void clientWhenItSpeaksHttp2ThenGetsIt() throws Exception {
		HttpResponse<String> answer = get(HttpClient.Version.HTTP_2, "/api/v1/search/tls");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
		assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
		assertThat(answer.headers().firstValue("Strict-Transport-Security").orElseThrow())
				.startsWith("max-age=63072000");
		assertThat(Platform.SEARCH.last("/api/v1/search/tls").header("X-Forwarded-Proto")).isEqualTo("https");
	}

	@Test
	void bodyWhenItsLengthIsNotToldOverHttp2ThenTheLimitHoldsAllTheSame() throws Exception {
		byte[] body = new byte[2 * 1024 * 1024];
		try (HttpClient client = HttpClient.newBuilder().sslContext(TestTls.context()).build()) {
			HttpResponse<String> answer = client.send(HttpRequest
					.newBuilder(URI.create("https://localhost:" + this.port + "/api/v1/search/endless"))
					.timeout(Duration.ofSeconds(30))
					.POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
					.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(answer.statusCode()).isEqualTo(413);
			assertThat(answer.body()).contains("\"code\":\"body_too_large\"");
		}
		assertThat(Platform.SEARCH.received("/api/v1/search/endless")).isEmpty();
	}

	@Test
	void clientWhenItSpeaksHttp11OnlyThenGetsThat() throws Exception {
		HttpResponse<String> answer = get(HttpClient.Version.HTTP_1_1, "/health");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
	}

	@Test
	void headersWhenTooLargeThenTheAnswerComesThroughTlsAsWell() throws Exception {
		String answer = RawRequest.untilClosed(TestTls.connect(this.port, "http/1.1"),
				"GET /health HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(4_000_000) + "\r\n\r\n");
		assertThat(answer).startsWith("HTTP/1.1 431 ")
				.containsIgnoringCase("strict-transport-security: ")
				.contains("\"code\":\"headers_too_large\"")
				.endsWith("}");
	}

	@Test
	void headWhenItDoesNotArriveThenTheAnswerComesThroughTlsAsWell() throws Exception {
		assertThat(RawRequest.untilClosed(TestTls.connect(this.port, "http/1.1"), "GET /hea"))
				.startsWith("HTTP/1.1 408 ").endsWith("}");
	}

	@Test
	void connectionWhenNobodyAsksAnythingThenIsClosed() throws Exception {
		assertThat(RawRequest.untilClosed(TestTls.connect(this.port, "http/1.1"), "")).isEmpty();
	}

	/// A frame has 9 bytes of header; a setting has 2 of id and 4 of value (RFC 9113 sections 4.1 and 6.5).
	@Test
	void connectionWhenItSpeaksHttp2ThenIsToldItsLimits() throws Exception {
		try (SSLSocket socket = TestTls.connect(this.port, "h2")) {
			socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
					.getBytes(StandardCharsets.ISO_8859_1));
			DataInputStream in = new DataInputStream(socket.getInputStream());
			ByteBuffer header = ByteBuffer.wrap(in.readNBytes(9));
			assertThat(header.get(3)).as("SETTINGS").isEqualTo((byte) 4);
			ByteBuffer settings = ByteBuffer.wrap(in.readNBytes(header.getInt(0) >>> 8));
			Map<Short, Integer> values = new HashMap<>();
			while (settings.hasRemaining()) {
				values.put(settings.getShort(), settings.getInt());
			}
			assertThat(values).containsEntry((short) 3, 7).containsEntry((short) 6, 32 * 1024);
		}
	}

	@Test
	void pathWhenItIsNoUriThenIsRefusedInOurWordsOverHttp2() {
		GenericSslContextSpec<SslContextBuilder> anyCertificate = Http2SslContextSpec.forClient()
				.configure((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE));
		String answer = reactor.netty.http.client.HttpClient.create()
				.protocol(HttpProtocol.H2)
				.secure((spec) -> spec.sslContext(anyCertificate))
				.get()
				.uri("https://localhost:" + this.port + "/a|b")
				.responseSingle((response, body) -> body.asString()
						.map((text) -> response.status() + " " + response.version() + " " + text))
				.block(Duration.ofSeconds(30));
		assertThat(answer).startsWith("400 Bad Request HTTP/2.0").contains("\"code\":\"bad_request\"");
	}

	private HttpResponse<String> get(HttpClient.Version version, String path) throws Exception {
		try (HttpClient client = HttpClient.newBuilder().version(version).sslContext(TestTls.context()).build()) {
			return client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + this.port + path))
					.timeout(Duration.ofSeconds(30))
					.build(), HttpResponse.BodyHandlers.ofString());
		}
	}

}
