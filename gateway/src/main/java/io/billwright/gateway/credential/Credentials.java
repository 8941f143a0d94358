package io.billwright.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Principal;
import io.billwright.platform.identity.AccessFailure;

/// Whose credential it is. Checked once, then believed for a short while, good or bad, unless it is revoked; however many
/// requests ask at the same time, it is checked once.
@Component
public final class Credentials {

	private final ApiKeys apiKeys;

	private final AccessTokens accessTokens;

	private final Sessions sessions;

	private final Clock clock;

	private final AsyncCache<String, Verdict> verdicts;

	Credentials(ApiKeys apiKeys, AccessTokens accessTokens, Sessions sessions, CredentialSettings settings,
			Clock clock) {
		this.apiKeys = apiKeys;
		this.accessTokens = accessTokens;
		this.sessions = sessions;
		this.clock = clock;
		this.verdicts = Caffeine.newBuilder()
				.maximumSize(settings.kept())
				.executor(Runnable::run)
				.expireAfterWrite(settings.trusted())
				.buildAsync();
	}

	/// Whether the credential is known to be valid without asking anybody.
	public boolean isKnown(Credential credential) {
		Verdict verdict = (credential instanceof Credential.Claimed claimed) ? known(claimed) : null;
		return verdict != null && verdict.principal() != null;
	}

	/// Finds out whose the credential is. Cold; fails with [AccessFailure] for one that is not valid, with
	/// [CredentialFailure] for one that cannot be used for this request and with `Unavailable` when nobody can say.
	public Mono<Principal> require(Credential credential, ServerHttpRequest request) {
		return (credential instanceof Credential.Claimed claimed)
				? check(claimed).map((verdict) -> toPrincipal(verdict, request))
				: Mono.error(AccessFailure.Unauthenticated::new);
	}

	void revoke(String hash) {
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

	void forgetSessions() {
		this.verdicts.asMap().keySet().removeIf((id) -> id.startsWith(Credential.Session.ID_PREFIX));
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
		Mono<Verdict> verdict = switch (credential) {
			case Credential.ApiKey apiKey -> this.apiKeys.check(apiKey);
			case Credential.AccessToken accessToken -> this.accessTokens.check(accessToken);
			case Credential.Session session -> this.sessions.check(session);
		};
		return verdict.toFuture();
	}

	private Principal toPrincipal(Verdict verdict, ServerHttpRequest request) {
		Principal principal = verdict.principal();
		if (principal == null || !this.clock.instant().isBefore(verdict.until())) {
			throw new AccessFailure.Unauthenticated();
		}
		if (verdict.csrfToken() != null && isUnsafe(request.getMethod()) && !repeats(verdict.csrfToken(), request)) {
			throw new CredentialFailure.CsrfTokenInvalid();
		}
		return principal;
	}

	private static boolean isUnsafe(HttpMethod method) {
		return !HttpMethod.GET.equals(method) && !HttpMethod.HEAD.equals(method) && !HttpMethod.OPTIONS.equals(method);
	}

	private static boolean repeats(String csrfToken, ServerHttpRequest request) {
		String sent = Objects.requireNonNullElse(request.getHeaders().getFirst("X-CSRF-Token"), "");
		return MessageDigest.isEqual(csrfToken.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
	}

}
