package io.billwright.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

class SignedBodyTests {

	/// RFC 9530, appendix D, and RFC 9421, appendix B.2: digests of this.
	private static final String HELLO = "{\"hello\": \"world\"}";

	private static final String SHA_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

	private static final String SHA_512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";

	@Test
	void bodyWhenItHasItsDigestThenPassesAsItComes() {
		for (String digest : List.of(SHA_256, SHA_512, SHA_256 + ", " + SHA_512, "md5=:AA==:, " + SHA_256)) {
			assertThat(pass(digest, "", "{\"hel", "", "lo\": \"wor", "ld\"}", "").collectList()
					.block(Duration.ofSeconds(5)))
					.containsExactly("{\"hel", "lo\": \"wor", "ld\"}");
		}
	}

	@Test
	void bodyWhenItHasAnotherDigestThenItsEndNeverPasses() {
		StepVerifier.create(pass(SHA_256, "{\"hel", "lo\": \"wor", "ld!\"}", ""))
				.expectNext("{\"hel", "lo\": \"wor")
				.expectError(CredentialFailure.DigestMismatch.class)
				.verify(Duration.ofSeconds(5));
		StepVerifier.create(pass(SHA_256, HELLO + " "))
				.expectError(CredentialFailure.DigestMismatch.class)
				.verify(Duration.ofSeconds(5));
		StepVerifier.create(pass(SHA_256)).expectError(CredentialFailure.DigestMismatch.class)
				.verify(Duration.ofSeconds(5));
	}

	/// One that is right does not make up for one that is wrong.
	@Test
	void digestsWhenThereAreSeveralThenAllMustBeRight() {
		StepVerifier.create(pass(SHA_256 + ", sha-512=:AA==:", HELLO))
				.expectError(CredentialFailure.DigestMismatch.class)
				.verify(Duration.ofSeconds(5));
	}

	@Test
	void digestsWhenNoneCanBeCheckedThenThereAreNone() {
		for (String claim : List.of("md5=:AA==:", "sha-256=AA", "sha-256", "", "sha-256=:A A:")) {
			assertThat(SignedBody.digests(headers(claim))).isEmpty();
		}
		assertThat(SignedBody.digests(new HttpHeaders())).isEmpty();
		assertThat(SignedBody.digests(headers(SHA_256))).hasSize(1);
	}

	private static Flux<String> pass(String digest, String... pieces) {
		Flux<DataBuffer> body = Flux.fromStream(Stream.of(pieces))
				.map((piece) -> DefaultDataBufferFactory.sharedInstance.wrap(piece.getBytes(StandardCharsets.UTF_8)));
		MockServerHttpRequest request = MockServerHttpRequest.post("/").header("Content-Digest", digest).body(body);
		return new SignedBody(request).getBody().map((buffer) -> buffer.toString(StandardCharsets.UTF_8));
	}

	private static HttpHeaders headers(String digest) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Content-Digest", digest);
		return headers;
	}

}
