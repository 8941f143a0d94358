package io.billwright.gateway.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.accounts.Accounts;
import io.billwright.gateway.edge.ClientAddress;
import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeScript;
import io.billwright.gateway.redis.RedisAway;
import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.identity.AccessFailure;

/// Signed requests of partners (RFC 9421): the signature covers where the request goes, its body and when it was made, and
/// counts once. What is wrong with its form is told, since it follows from what was sent; whether the key or the signature
/// is wrong is not.
@Component
class Signatures {

	private static final EdgeScript TAKE = EdgeScript.named("nonce.lua");

	private static final Pattern KEY_ID = Pattern.compile("key_[0-7][0-9a-hjkmnp-tv-z]{25}");

	private static final Pattern NONCE = Pattern.compile("[!-~]{16,128}");

	private static final String BODY_DIGEST = "content-digest";

	private static final String USED = "This signature was used before. Sign each request anew, with another nonce.";

	private final Accounts accounts;

	private final EdgeRedis redis;

	private final ClientAddress clients;

	private final Duration skew;

	private final Clock clock;

	/// What has been taken here. It spares Redis a flood of copies, and tells before a limit is charged.
	private final Cache<String, Boolean> taken;

	Signatures(Accounts accounts, EdgeRedis redis, ClientAddress clients, CredentialSettings settings, Clock clock) {
		this.accounts = accounts;
		this.redis = redis;
		this.clients = clients;
		this.skew = settings.signatureSkew();
		this.clock = clock;
		this.taken = Caffeine.newBuilder()
				.maximumSize(settings.kept())
				.expireAfterWrite(settings.signatureSkew().multipliedBy(2))
				.build();
	}

	/// The secrets of the key that a request names in the right form. Cold.
	Mono<Verdict> check(Credential.Signed credential) {
		return this.accounts.introspectSigning(credential.hash()).map(ApiKeys::toVerdict);
	}

	/// Whether the signature is in order and nobody has used it here before.
	boolean isGood(Credential.Signed credential, Verdict verdict, ServerHttpRequest request) {
		return fault(credential.signature(), request) == null && isSigned(credential, verdict, request)
				&& this.taken.getIfPresent(nonce(credential)) == null;
	}

	/// Fails where the form of the signature is wrong.
	void requireForm(Credential.Signed credential, ServerHttpRequest request) {
		String fault = fault(credential.signature(), request);
		if (fault != null) {
			throw new CredentialFailure.SignatureUnusable(fault);
		}
	}

	/// Fails where none of the key's secrets made the signature, or where it was used here before.
	void requireGood(Credential.Signed credential, Verdict verdict, ServerHttpRequest request) {
		if (!isSigned(credential, verdict, request)) {
			throw new AccessFailure.Unauthenticated();
		}
		if (this.taken.getIfPresent(nonce(credential)) != null) {
			throw new CredentialFailure.SignatureUnusable(USED);
		}
	}

	/// Uses the signature up, for every instance. Cold; fails where it was used before, and while Redis is away, as nobody
	/// can say then.
	Mono<Void> spend(Credential.Signed credential) {
		return Mono.defer(() -> {
			String nonce = nonce(credential);
			if (this.taken.asMap().putIfAbsent(nonce, true) != null) {
				return Mono.error(() -> new CredentialFailure.SignatureUnusable(USED));
			}
			return this.redis.takeNonce(TAKE, List.of(nonce), List.of(Long.toString(lifetime(credential))))
					.doOnError((away) -> this.taken.invalidate(nonce))
					.onErrorMap(RedisAway.class, (away) -> new Unavailable("signatures_unavailable",
							"Whether a signature was used before cannot be checked at the moment. Try again.",
							Duration.ofSeconds(1)))
					.flatMap((answer) -> Objects.equals(answer.getFirst(), 1L)
							? Mono.<Void>empty()
							: Mono.error(() -> new CredentialFailure.SignatureUnusable(USED)));
		});
	}

	/// What is wrong with the form of a signature, or `null`.
	private @Nullable String fault(MessageSignature signature, ServerHttpRequest request) {
		Set<String> covered = signature.covered();
		Long created = signature.number("created");
		Long expires = signature.number("expires");
		String nonce = signature.text("nonce");
		Instant now = this.clock.instant();
		if (!covered.contains("@method") || !coversTarget(covered, request)) {
			return "The signature must cover @method and either @target-uri or @authority, @path and, where there is one, "
					+ "@query.";
		}
		if (SignedBody.isIn(request) && !covered.contains(BODY_DIGEST)) {
			return "The signature of a request with a body must cover content-digest.";
		}
		if (covered.contains(BODY_DIGEST) && SignedBody.digests(request.getHeaders()).isEmpty()) {
			return "Content-Digest must hold a digest of the body by sha-256 or sha-512.";
		}
		String keyId = signature.text("keyid");
		if (keyId == null || !KEY_ID.matcher(keyId).matches()) {
			return "The signature needs the parameter keyid, the id of an API key.";
		}
		if (nonce == null || !NONCE.matcher(nonce).matches()) {
			return "The signature needs the parameter nonce, of 16 to 128 visible ASCII characters.";
		}
		if (!"hmac-sha256".equals(Objects.requireNonNullElse(signature.text("alg"), "hmac-sha256"))) {
			return "The signature must be made with hmac-sha256.";
		}
		if (created == null || isAway(created, now)
				|| (expires != null && now.getEpochSecond() >= expires)) {
			return "The signature needs the parameter created, at most %d s from now, which is %d, and must not have expired."
					.formatted(this.skew.toSeconds(), now.getEpochSecond());
		}
		return null;
	}

	private static boolean coversTarget(Set<String> covered, ServerHttpRequest request) {
		return covered.contains("@target-uri") || (covered.contains("@authority") && covered.contains("@path")
				&& (covered.contains("@query") || request.getURI().getRawQuery() == null));
	}

	private boolean isAway(long created, Instant now) {
		return Math.abs(now.getEpochSecond() - created) > this.skew.toSeconds();
	}

	private boolean isSigned(Credential.Signed credential, Verdict verdict, ServerHttpRequest request) {
		String base = credential.signature().base(request, this.clients.scheme(request));
		Instant now = this.clock.instant();
		return base != null && verdict.signingKeys()
				.stream()
				.filter((key) -> now.isBefore(key.until()))
				.anyMatch((key) -> key.hasSigned(base, credential.signature().bytes()));
	}

	/// Until the signature is too old, in seconds, also by the clock of another gateway that is behind this one's.
	private long lifetime(Credential.Signed credential) {
		long created = Objects.requireNonNull(credential.signature().number("created"));
		return Math.max(1, created + 2 * this.skew.toSeconds() + 1 - this.clock.instant().getEpochSecond());
	}

	private static String nonce(Credential.Signed credential) {
		return "nonce:{" + credential.hash() + "}:" + credential.signature().text("nonce");
	}

}
