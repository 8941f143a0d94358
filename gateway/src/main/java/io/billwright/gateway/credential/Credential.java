package io.billwright.gateway.credential;

import java.util.ArrayList;
import java.util.List;

import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What a request shows to say who it is from.
public sealed interface Credential {

	/// The cookie of a session.
	String SESSION_COOKIE = "__Host-billwright_session";

	/// The header for an API key where `Authorization` is taken.
	String API_KEY_HEADER = "X-API-Key";

	/// Nothing at all.
	record None() implements Credential {}

	/// Something that cannot be a credential, for example another authorization scheme.
	record Malformed() implements Credential {}

	/// A credential that somebody could own.
	sealed interface Claimed extends Credential {

		/// SHA-256 of what was sent, in lower-case hexadecimal, or the id of a key. It identifies the credential without
		/// being it.
		String hash();

		/// In snake case.
		String kind();

		/// Kind and hash: what the same text is as one kind says nothing of it as another.
		default String id() {
			return kind() + ':' + hash();
		}

	}

	/// A session of a single-page application.
	record Session(String hash) implements Claimed {

		@Override
		public String kind() {
			return "session";
		}

	}

	/// A signed access token of a mobile application.
	record AccessToken(String hash, String token) implements Claimed {

		@Override
		public String kind() {
			return "access_token";
		}

	}

	/// A partner's API key.
	record ApiKey(String hash, String key) implements Claimed {

		@Override
		public String kind() {
			return "api_key";
		}

	}

	/// The signature of a request by a partner, who shows the id of an API key and proves to have its signing secret.
	record Signed(MessageSignature signature) implements Claimed {

		/// What is remembered is the key, since no signature is good twice.
		@Override
		public String hash() {
			return String.valueOf(this.signature.text("keyid"));
		}

		@Override
		public String kind() {
			return "signature";
		}

	}

	/// Reads the one credential of a request.
	///
	/// @throws CredentialFailure.Ambiguous if there is more than one
	static Credential of(ServerHttpRequest request) {
		List<Credential> found = new ArrayList<>(1);
		HttpHeaders headers = request.getHeaders();
		headers.getOrEmpty(HttpHeaders.AUTHORIZATION).forEach((value) -> found.add(authorization(value)));
		headers.getOrEmpty(API_KEY_HEADER).forEach((value) -> found.add(new ApiKey(Sha256.hex(value), value)));
		if (headers.containsHeader(MessageSignature.INPUT_HEADER)) {
			MessageSignature signature = MessageSignature.of(headers);
			found.add((signature != null) ? new Signed(signature) : new Malformed());
		}
		if (headers.containsHeader(HttpHeaders.COOKIE)) {
			request.getCookies().getOrDefault(SESSION_COOKIE, List.of())
					.forEach((cookie) -> found.add(session(cookie)));
		}
		return switch (found.size()) {
			case 0 -> new None();
			case 1 -> found.getFirst();
			default -> throw new CredentialFailure.Ambiguous();
		};
	}

	private static Credential authorization(String value) {
		if (!value.regionMatches(true, 0, "Bearer ", 0, 7)) {
			return new Malformed();
		}
		String token = value.substring(7).strip();
		return token.startsWith("bw_")
				? new ApiKey(Sha256.hex(token), token)
				: new AccessToken(Sha256.hex(token), token);
	}

	private static Credential session(HttpCookie cookie) {
		return new Session(Sha256.hex(cookie.getValue()));
	}

}
