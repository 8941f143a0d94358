package io.billwright.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Principal;
import io.billwright.platform.identity.AccessFailure;

/// Whose credential it is. Checked once, then believed for a short while, good or bad, unless it is revoked; however many
/// requests ask at the same time, it is checked once. While it cannot be heard what is revoked, that while is shorter.
@Component
public final class Credentials {

	private final ApiKeys apiKeys;

	private final AccessTokens accessTokens;

	private final Sessions sessions;

	private final Signatures signatures;

	private final Clock clock;

	private final MeterRegistry meters;

	private final AsyncCache<String, Verdict> verdicts;

	private volatile boolean heard;

	Credentials(ApiKeys apiKeys, AccessTokens accessTokens, Sessions sessions, Signatures signatures,
			CredentialSettings settings, Clock clock, MeterRegistry meters) {
		this.apiKeys = apiKeys;
		this.accessTokens = accessTokens;
		this.sessions = sessions;
		this.signatures = signatures;
		this.clock = clock;
		this.meters = meters;
		this.verdicts = Caffeine.newBuilder()
				.maximumSize(settings.kept())
				.executor(Runnable::run)
				.expireAfter(Expiry.<String, Verdict>creating(
						(id, verdict) -> this.heard ? settings.trusted() : settings.unheard()))
				.buildAsync();
		Gauge.builder("billwright.gateway.revocations.heard", () -> this.heard ? 1 : 0).register(meters);
	}

	/// Whether the credential is known to be valid without asking anybody, and to be nobody else's. What stands where
	/// everybody reads it says nothing of who sends it.
	public boolean isKnown(Credential credential, ServerHttpRequest request) {
		Verdict verdict = (credential instanceof Credential.Claimed claimed) ? known(claimed) : null;
		return verdict != null && isGood(verdict) && verdict.isSecret()
				&& !(credential instanceof Credential.Signed signed
						&& !this.signatures.isGood(signed, verdict, request));
	}

	/// Finds out whose the credential is. Cold; fails with [AccessFailure] for one that is not valid, with
	/// [CredentialFailure] for one that cannot be used for this request and with `Unavailable` when nobody can say.
	public Mono<Principal> require(Credential credential, ServerHttpRequest request) {
		return switch (credential) {
			case Credential.Signed signed -> Mono.fromRunnable(() -> this.signatures.requireForm(signed, request))
					.then(check(signed))
					.doOnNext((verdict) -> this.signatures.requireGood(signed, verdict, request))
					.map((verdict) -> toPrincipal(verdict, request));
			case Credential.Claimed claimed -> check(claimed).map((verdict) -> toPrincipal(verdict, request));
			case Credential.None _,Credential.Malformed _ -> Mono.error(AccessFailure.Unauthenticated::new);
		};
	}

	/// Whether a credential that a request was let in with still counts, however long ago that was. Cold; fails with
	/// [AccessFailure] when it does not, and with `Unavailable` when nobody can say.
	public Mono<Void> confirm(Credential credential) {
		return (credential instanceof Credential.Claimed claimed)
				? check(claimed).filter(this::isGood)
						.switchIfEmpty(Mono.error(AccessFailure.Unauthenticated::new))
						.then()
				: Mono.error(AccessFailure.Unauthenticated::new);
	}

	/// Uses up a credential that is good once, and sees to it that the body is the one that it was made for. Cold; emits the
	/// exchange to go on with, and fails as [#require] does.
	public Mono<ServerWebExchange> spend(Credential.Signed credential, ServerWebExchange exchange) {
		return this.signatures.spend(credential).then(Mono.fromSupplier(() -> withSignedBody(exchange)));
	}

	private static ServerWebExchange withSignedBody(ServerWebExchange exchange) {
		return SignedBody.isIn(exchange.getRequest())
				? exchange.mutate().request(new SignedBody(exchange.getRequest())).build()
				: exchange;
	}

	/// @param hash of a key or session, or the id of a key whose signatures are meant
	void revoke(String hash) {
		this.verdicts.asMap().remove("signature:" + hash);
		this.verdicts.asMap().remove(new Credential.ApiKey(hash, "").id());
		this.verdicts.asMap().remove(new Credential.Session(hash).id());
	}

	/// A check that is still under way may have read what was true before, so it is not kept either.
	void revokeAll(String organization) {
		this.verdicts.asMap()
				.values()
				.removeIf((verdict) -> !verdict.isDone() || verdict.isCompletedExceptionally()
						|| verdict.resultNow().isOf(organization));
	}

	/// From now on revocations are heard, or may be missed. Some may have been missed before either way, so nothing that was
	/// checked before counts.
	void hear(boolean all) {
		this.heard = all;
		this.verdicts.asMap().clear();
	}

	private Mono<Verdict> check(Credential.Claimed credential) {
		Verdict known = known(credential);
		return (known != null)
				? Mono.just(known)
				: Mono
						.fromFuture(() -> this.verdicts.get(credential.id(), (id, executor) -> request(credential)),
								true);
	}

	private @Nullable Verdict known(Credential.Claimed credential) {
		CompletableFuture<Verdict> verdict = this.verdicts.getIfPresent(credential.id());
		return (verdict != null && verdict.isDone() && !verdict.isCompletedExceptionally())
				? verdict.resultNow()
				: null;
	}

	/// Each check emits a verdict, so the future never holds `null`.
	@SuppressWarnings("NullAway")
	private CompletableFuture<Verdict> request(Credential.Claimed credential) {
		this.meters.counter("billwright.gateway.credential.checks", "kind", credential.kind()).increment();
		Mono<Verdict> verdict = switch (credential) {
			case Credential.ApiKey apiKey -> this.apiKeys.check(apiKey);
			case Credential.AccessToken accessToken -> this.accessTokens.check(accessToken);
			case Credential.Session session -> this.sessions.check(session);
			case Credential.Signed signed -> this.signatures.check(signed);
		};
		return verdict.toFuture();
	}

	private Principal toPrincipal(Verdict verdict, ServerHttpRequest request) {
		Principal principal = verdict.principal();
		if (principal == null || !isGood(verdict)) {
			throw new AccessFailure.Unauthenticated();
		}
		if (!verdict.admits(request.getHeaders().getOrigin())) {
			throw new CredentialFailure.KeyOriginNotAllowed();
		}
		if (verdict.csrfToken() != null && isUnsafe(request.getMethod()) && !repeats(verdict.csrfToken(), request)) {
			throw new CredentialFailure.CsrfTokenInvalid();
		}
		return principal;
	}

	private boolean isGood(Verdict verdict) {
		return verdict.principal() != null && this.clock.instant().isBefore(verdict.until());
	}

	private static boolean isUnsafe(HttpMethod method) {
		return !HttpMethod.GET.equals(method) && !HttpMethod.HEAD.equals(method) && !HttpMethod.OPTIONS.equals(method);
	}

	private static boolean repeats(String csrfToken, ServerHttpRequest request) {
		String sent = Objects.requireNonNullElse(request.getHeaders().getFirst("X-CSRF-Token"), "");
		return MessageDigest.isEqual(csrfToken.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
	}

}
