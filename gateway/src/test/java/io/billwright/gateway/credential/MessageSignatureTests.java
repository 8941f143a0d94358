package io.billwright.gateway.credential;

import java.time.Instant;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

import static org.assertj.core.api.Assertions.assertThat;

/// With the request and the keys of RFC 9421, appendix B.
class MessageSignatureTests {

	private static final byte[] SHARED_SECRET = Base64.getDecoder()
			.decode("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==");

	/// Section B.2.5.
	private static final String INPUT = "sig-b25=(\"date\" \"@authority\" \"content-type\");created=1618884473"
			+ ";keyid=\"test-shared-secret\"";

	private static final String SIGNATURE = "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:";

	private static final SigningKey KEY = SigningKey.of(SHARED_SECRET, Instant.MAX);

	@Test
	void signatureWhenItIsTheOneOfTheStandardThenIsRight() {
		MessageSignature signature = MessageSignature.of(headers(INPUT, SIGNATURE));
		assertThat(signature.text("keyid")).isEqualTo("test-shared-secret");
		assertThat(signature.number("created")).isEqualTo(1618884473L);
		assertThat(signature.covered()).containsExactlyInAnyOrder("date", "@authority", "content-type");
		String base = signature.base(request().build(), "https");
		assertThat(base).isEqualTo(
				"""
						"date": Tue, 20 Apr 2021 02:07:55 GMT
						"@authority": example.com
						"content-type": application/json
						"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret\"""");
		assertThat(KEY.hasSigned(base, signature.bytes())).isTrue();
		assertThat(KEY.hasSigned(base, signature.bytes())).isTrue();
		assertThat(KEY.hasSigned(base.replace("20 Apr", "21 Apr"), signature.bytes())).isFalse();
		assertThat(SigningKey.of("other".getBytes(), Instant.MAX).hasSigned(base, signature.bytes())).isFalse();
	}

	/// Section B.2.3: everything covered.
	@Test
	void baseWhenEverythingIsCoveredThenIsTheOneOfTheStandard() {
		String input = "sig-b23=(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" "
				+ "\"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"";
		assertThat(MessageSignature.of(headers(input, "sig-b23=:AA==:")).base(request().build(), "https")).isEqualTo(
				"""
						"date": Tue, 20 Apr 2021 02:07:55 GMT
						"@method": POST
						"@path": /foo
						"@query": ?param=Value&Pet=dog
						"@authority": example.com
						"content-type": application/json
						"content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
						"content-length": 18
						"@signature-params": ("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss\"""");
	}

	/// The examples of sections 2.1 and 2.2.
	@Test
	void componentsWhenTakenFromARequestThenHaveTheirNormalForm() {
		MockServerHttpRequest request = MockServerHttpRequest.get("https://www.example.com/path?queryString")
				.header("Host", "WWW.Example.com:443")
				.header("Cache-Control", "max-age=60", "   must-revalidate ")
				.build();
		assertThat(base(request, "@authority")).isEqualTo("www.example.com");
		assertThat(base(request, "@target-uri")).isEqualTo("https://www.example.com/path?queryString");
		assertThat(base(request, "@request-target")).isEqualTo("/path?queryString");
		assertThat(base(request, "@scheme")).isEqualTo("https");
		assertThat(base(request, "cache-control")).isEqualTo("max-age=60, must-revalidate");
		assertThat(base(MockServerHttpRequest.get("https://a/path").header("Host", "a:8443").build(), "@query"))
				.isEqualTo("?");
		assertThat(base(MockServerHttpRequest.get("https://a/path").header("Host", "a:8443").build(), "@authority"))
				.isEqualTo("a:8443");
	}

	@Test
	void baseWhenSomethingIsCoveredThatIsNotThereThenThereIsNone() {
		assertThat(
				MessageSignature.of(headers("s=(\"x-absent\");created=1", "s=:AA==:")).base(request().build(), "https"))
				.isNull();
		assertThat(
				MessageSignature.of(headers("s=(\"@status\");created=1", "s=:AA==:")).base(request().build(), "https"))
				.isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "s", "s=1", "s=(\"@method\"", "s=(\"@method\" \"@method\");created=1", "s=(method)",
		"s=(\"@query-param\";name=\"a\")", "s=(\"date\";bs)", "s=(\"@method\"), t=(\"@method\")", "t=(\"@method\")"})
	void signatureWhenItCannotBeReadInOneWayOnlyThenThereIsNone(String input) {
		assertThat(MessageSignature.of(headers(input, "s=:AA==:"))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "s=AA", "s=:A A:", "s=:AA==:, t=:AA==:", "s=\"AA==\""})
	void signatureWhenItsBytesCannotBeReadThenThereIsNone(String signature) {
		assertThat(MessageSignature.of(headers("s=(\"@method\")", signature))).isNull();
	}

	private static String base(MockServerHttpRequest request, String component) {
		String base = MessageSignature.of(headers("s=(\"" + component + "\")", "s=:AA==:")).base(request, "https");
		String start = '"' + component + "\": ";
		return List.of(base.split("\n")).getFirst().substring(start.length());
	}

	private static MockServerHttpRequest.BodyBuilder request() {
		return MockServerHttpRequest.post("https://example.com/foo?param=Value&Pet=dog")
				.header("Host", "example.com")
				.header("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
				.header("Content-Type", "application/json")
				.header("Content-Digest",
						"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:")
				.header("Content-Length", "18");
	}

	private static HttpHeaders headers(String input, String signature) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Signature-Input", input);
		headers.add("Signature", signature);
		return headers;
	}

}
