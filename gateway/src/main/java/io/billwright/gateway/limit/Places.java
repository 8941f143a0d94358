package io.billwright.gateway.limit;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/// How many requests of whom may be in flight. A limit counts over all instances, so each admits its part of it: the limit
/// divided by the number of live instances, at least one.
@Component
class Places {

	private static final int UNLIMITED = Integer.MAX_VALUE;

	private final InFlight organizations;

	private final InFlight principals = new InFlight(UNLIMITED);

	private final Leases leases;

	private final Cashier cashier;

	Places(LimitSettings settings, Leases leases, Cashier cashier, MeterRegistry meters) {
		this.organizations = new InFlight(settings.inFlight());
		this.leases = leases;
		this.cashier = cashier;
		meters.gauge("billwright.gateway.in.flight", this.organizations, InFlight::all);
	}

	/// Takes a place for a request.
	///
	/// @return why there is none, or `null` for one that must be left again
	@Nullable
	TooManyInFlight enter(Payer payer, ServerWebExchange exchange) {
		int own = part(payer.inFlight());
		if (own < UNLIMITED && this.principals.enter(payer.subject(), 1, own) != InFlight.Entry.ADMITTED) {
			tell(payer, exchange);
			return refusal("principal-in-flight", payer, payer.subject());
		}
		int most = part(organizationLimit(payer));
		InFlight.Entry entry = this.organizations.enter(payer.tenant(), payer.terms().weight(), most);
		if (entry != InFlight.Entry.ADMITTED) {
			leavePrincipal(payer);
		}
		tell(payer, exchange);
		return switch (entry) {
			case ADMITTED -> null;
			case OVER_LIMIT -> refusal("organization-in-flight", payer, payer.tag());
			case OVER_SHARE -> refusal("fair-share", payer, payer.tag());
		};
	}

	/// Leaves the place.
	void leave(Payer payer) {
		this.organizations.leave(payer.tenant());
		leavePrincipal(payer);
	}

	/// How many requests are in flight.
	int all() {
		return this.organizations.all();
	}

	private void leavePrincipal(Payer payer) {
		if (payer.inFlight() < UNLIMITED) {
			this.principals.leave(payer.subject());
		}
	}

	private int part(int limit) {
		return (limit == UNLIMITED) ? UNLIMITED : Math.max(1, limit / this.leases.instances());
	}

	private TooManyInFlight refusal(String policy, Payer payer, String caller) {
		this.cashier.refuse(policy, payer, caller);
		return new TooManyInFlight(policy);
	}

	private static int organizationLimit(Payer payer) {
		Integer limit = payer.terms().organization().inFlight();
		return (limit != null) ? limit : UNLIMITED;
	}

	private void tell(Payer payer, ServerWebExchange exchange) {
		tell("principal-in-flight", payer.inFlight(), this.principals, payer.subject(), exchange);
		tell("organization-in-flight", organizationLimit(payer), this.organizations, payer.tenant(), exchange);
	}

	private void tell(String policy, int limit, InFlight requests, String caller, ServerWebExchange exchange) {
		if (limit < UNLIMITED) {
			Cashier.tellMore("\"%s\";q=%d;qu=\"concurrent-requests\"".formatted(policy, limit),
					"\"%s\";r=%d".formatted(policy, Math.max(0, part(limit) - requests.count(caller))), exchange);
		}
	}

}
