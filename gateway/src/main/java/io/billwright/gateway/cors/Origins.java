package io.billwright.gateway.cors;

import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
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

	private final AsyncCache<String, Boolean> allowed;

	Origins(Accounts accounts, Limits limits, ClientAddress clients, CorsSettings settings) {
		this.accounts = accounts;
		this.limits = limits;
		this.clients = clients;
		this.allowed = Caffeine.newBuilder()
				.maximumSize(settings.origins())
				.expireAfterWrite(settings.kept())
				.executor(Runnable::run)
				.buildAsync();
	}

	/// Whether the origin is allowed. Cold.
	Mono<Boolean> allows(String origin, ServerWebExchange exchange) {
		CompletableFuture<Boolean> known = this.allowed.getIfPresent(origin);
		return (known != null)
				? Mono.fromFuture(known, true)
				: this.limits.chargeAddress(this.clients.limitKey(exchange.getRequest()), exchange)
						.then(Mono.fromFuture(() -> this.allowed.get(origin,
								(missing, executor) -> this.accounts.allowsOrigin(missing).toFuture()), true));
	}

}
