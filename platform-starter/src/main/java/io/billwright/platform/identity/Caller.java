package io.billwright.platform.identity;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import io.billwright.platform.tenancy.Tenant;

/// Who is calling, as the passport says. It travels in the Reactor context of every request.
///
/// @param kind what sort of credential
/// @param principal `usr_...`, `key_...`, `opr_...`, `anonymous` or the name of a service
/// @param tenant the organization and mode; `null` for anonymous callers, services and operators
/// @param scopes what it may do
/// @param role the user's role in the organization; `null` for other callers
/// @param sessionId the hash that names the session; `null` where there is none
/// @param passport the passport itself, to be passed on
public record Caller(CallerKind kind, String principal, @Nullable Tenant tenant, Set<String> scopes,
		@Nullable String role, @Nullable String sessionId, String passport) {

	public Caller {
		scopes = Set.copyOf(scopes);
	}

	/// The caller of the current request; fails with an [IllegalStateException] outside of one.
	public static Mono<Caller> current() {
		return Mono.deferContextual((context) -> Mono.just(require(context)));
	}

	/// The caller of a context.
	///
	/// @throws IllegalStateException outside of a request
	public static Caller require(ContextView context) {
		return context.<Caller>getOrEmpty(Caller.class)
				.orElseThrow(() -> new IllegalStateException("No caller: this work runs outside of a request"));
	}

	/// Whether it may do what the scope names.
	public boolean may(String scope) {
		return this.scopes.contains(scope);
	}

}
