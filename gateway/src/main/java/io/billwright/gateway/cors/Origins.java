package io.billwright.gateway.cors;

import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.gateway.accounts.Accounts;
import io.billwright.gateway.edge.ClientAddress;
import io.billwright.gateway.limit.Limits;

/// Which origins may call the API from a browser, as user-service says. An origin that is not remembered costs the
/// address that asks, so that invented origins do not become questions without end.
@Component
class Origins {

	private final Accounts accounts;

	private final Limits limits;

	private final ClientAddress clients;

	private volatile AsyncCache<Question, Boolean> allowed;

	Origins(Accounts accounts, Limits limits, ClientAddress clients, CorsSettings settings) {
		this.accounts = accounts;
		this.limits = limits;
		this.clients = clients;
		this.allowed = cache(settings);
	}

	/// Begins anew with other limits.
	void reload(CorsSettings settings) {
		this.allowed = cache(settings);
	}

	private static AsyncCache<Question, Boolean> cache(CorsSettings settings) {
		return Caffeine.newBuilder()
				.maximumSize(settings.origins())
				.expireAfterWrite(settings.kept())
				.executor(Runnable::run)
				.buildAsync();
	}

	/// Whether any organization allows the origin. Cold.
	Mono<Boolean> allows(String origin, ServerWebExchange exchange) {
		Question question = new Question(origin, null);
		CompletableFuture<Boolean> known = this.allowed.getIfPresent(question);
		return (known != null)
				? Mono.fromFuture(known, true)
				: this.limits.chargeAddress(this.clients.limitKey(exchange.getRequest()), exchange)
						.then(Mono.defer(() -> ask(question)));
	}

	/// Whether this organization allows the origin. Cold.
	Mono<Boolean> allows(String origin, String organization) {
		return ask(new Question(origin, organization));
	}

	private Mono<Boolean> ask(Question question) {
		return Mono.fromFuture(() -> this.allowed.get(question, (missing,
				executor) -> this.accounts.allowsOrigin(missing.origin(), missing.organization()).toFuture()), true);
	}

	private record Question(String origin, @Nullable String organization) {}

}
