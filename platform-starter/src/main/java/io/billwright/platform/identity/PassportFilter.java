package io.billwright.platform.identity;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import io.billwright.platform.tenancy.Tenant;

/// Refuses every request that has no valid passport, and puts the [Caller] and its [Tenant] into the Reactor context
/// of every other. The service's own API description is the one thing that is read without.
final class PassportFilter implements WebFilter, Ordered {

	/// After the request id, before whatever needs to know the caller.
	static final int ORDER = -100;

	private static final String API_DESCRIPTION = "/v3/api-docs";

	private final PassportVerifier verifier;

	private final ApplicationContext service;

	PassportFilter(PassportVerifier verifier, ApplicationContext service) {
		this.verifier = verifier;
		this.service = service;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (isManagement(exchange) || exchange.getRequest().getPath().value().startsWith(API_DESCRIPTION)) {
			return chain.filter(exchange);
		}
		@Nullable
		String passport = exchange.getRequest().getHeaders().getFirst(Passport.HEADER);
		@Nullable
		Caller caller = (passport != null) ? this.verifier.verify(passport) : null;
		if (caller == null) {
			return Mono.error(AccessFailure.Unauthenticated::new);
		}
		return chain.filter(exchange).contextWrite((context) -> bind(caller, context));
	}

	/// The management port has a context of its own, which inherits the filters; who may reach it, the network decides.
	private boolean isManagement(ServerWebExchange exchange) {
		return !this.service.equals(exchange.getApplicationContext());
	}

	private static Context bind(Caller caller, Context context) {
		Context known = context.put(Caller.class, caller);
		return (caller.tenant() != null) ? known.put(Tenant.class, caller.tenant()) : known;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
