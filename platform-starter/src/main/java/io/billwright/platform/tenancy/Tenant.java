package io.billwright.platform.tenancy;

import java.util.UUID;
import java.util.function.UnaryOperator;

import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import io.billwright.platform.ids.OrganizationId;

/// Whose data is touched: an organization, in live or in test mode. The two modes are separate worlds.
///
/// It travels in the Reactor context, from where the transaction manager hands it to PostgreSQL.
public record Tenant(UUID organization, boolean live) {

	/// The organization's public id.
	public OrganizationId organizationId() {
		return new OrganizationId(this.organization);
	}

	/// `live` or `test`.
	public String mode() {
		return this.live ? "live" : "test";
	}

	/// For `contextWrite`: everything upstream works for this tenant.
	public UnaryOperator<Context> bind() {
		return (context) -> context.put(Tenant.class, this);
	}

	/// The tenant of the current work; fails with an [IllegalStateException] where there is none.
	public static Mono<Tenant> current() {
		return Mono.deferContextual((context) -> Mono.just(require(context)));
	}

	/// The tenant of a context.
	///
	/// @throws IllegalStateException where there is none
	public static Tenant require(ContextView context) {
		return context.<Tenant>getOrEmpty(Tenant.class)
				.orElseThrow(
						() -> new IllegalStateException("No tenant: this work runs outside of a request or an event"));
	}

}
