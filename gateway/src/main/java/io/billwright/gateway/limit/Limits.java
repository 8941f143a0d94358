package io.billwright.gateway.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import io.billwright.gateway.limit.LimitSettings.Cost;
import io.billwright.gateway.limit.LimitSettings.Per;
import io.billwright.gateway.limit.Rules.Rule;
import io.billwright.gateway.passport.Principal;

/// Charges requests to callers and tells them what they have left.
///
/// A request of a hot caller is charged at once, without a call to Redis and without an operator: what is returned is then
/// [settled][#isSettled].
@Component
public final class Limits {

	/// There is nothing left to wait for.
	static final Mono<Void> SETTLED = Mono.empty();

	/// The exchange's attribute with what its path's rule charged to the client's address.
	private static final String BY_ADDRESS = Limits.class.getName() + ".byAddress";

	private final Rules rules;

	private final Leases leases;

	private final Payers payers;

	private final Cashier cashier;

	private final Places places;

	private final @Nullable Policies address;

	Limits(LimitSettings settings, Rules rules, Leases leases, Payers payers, Cashier cashier, Places places) {
		this.rules = rules;
		this.leases = leases;
		this.payers = payers;
		this.cashier = cashier;
		this.places = places;
		this.address = (settings.address().rateLimit() != null)
				? Policies.of("address", settings.address().rateLimit(), settings.address().dryRun())
				: null;
	}

	/// Whether there is nothing to wait for: then what follows needs no operator. A publisher that merely turns out to be
	/// empty is not, and works all the same.
	@SuppressWarnings("ReferenceEquality")
	public static boolean isSettled(Mono<Void> charged) {
		return charged == SETTLED;
	}

	/// Charges a request to where it comes from, because nobody knows yet who makes it. What it returns may fail with
	/// [TooManyRequests].
	public Mono<Void> chargeAddress(String clientAddress, ServerWebExchange exchange) {
		return charge(clientAddress, this.address, exchange);
	}

	/// Charges only the limit that this path has for addresses, if it has one. What it returns may fail with
	/// [TooManyRequests].
	public Mono<Void> chargePath(String clientAddress, ServerWebExchange exchange) {
		return charge(clientAddress, null, exchange);
	}

	/// Serves a request within the limits of whoever makes it. What it returns may fail with [TooManyRequests] or
	/// [TooManyInFlight].
	///
	/// @param principal who is known to make it
	/// @param clientAddress pays for those who are nobody yet
	/// @param work serves it
	public Mono<Void> serve(Principal principal, String clientAddress, ServerWebExchange exchange, Mono<Void> work) {
		Payer payer = this.payers.known(principal, clientAddress);
		return (payer != null)
				? serve(payer, exchange, work)
				: this.payers.require(principal, Objects.requireNonNull(principal.organization()))
						.flatMap((asked) -> serve(asked, exchange, work));
	}

	private Mono<Void> charge(String clientAddress, @Nullable Policies policies, ServerWebExchange exchange) {
		Rule rule = this.rules.ofPath(exchange.getRequest());
		Policies own = (rule != null && rule.isPer(Per.ADDRESS)) ? rule.policies() : null;
		if (policies == null && own == null) {
			return SETTLED;
		}
		List<Lease> all = new ArrayList<>(2);
		if (policies != null) {
			all.add(this.leases.of(clientAddress, clientAddress, policies));
		}
		if (own != null) {
			Lease lease = this.leases.of(clientAddress, clientAddress, own);
			all.add(lease);
			exchange.getAttributes().put(BY_ADDRESS, lease);
		}
		return this.cashier.charge(Bill.of(all), (rule != null) ? rule.cost().least() : 1, null, exchange);
	}

	private Mono<Void> serve(Payer payer, ServerWebExchange exchange, Mono<Void> work) {
		Rule path = this.rules.ofPath(exchange.getRequest());
		Bill bill = payer.bill(path, this.rules.ofService(exchange));
		Cost cost = (path != null) ? path.cost() : Cost.ONE;
		Mono<Void> charged = bill.leases().isEmpty()
				? SETTLED
				: this.cashier.charge(bill, cost.least(), (Lease) exchange.getAttribute(BY_ADDRESS), exchange);
		return isSettled(charged)
				? enter(payer, bill, cost, exchange, work)
				: charged.then(Mono.defer(() -> enter(payer, bill, cost, exchange, work)));
	}

	/// The request is in flight until it has ended in whatever way.
	private Mono<Void> enter(Payer payer, Bill bill, Cost cost, ServerWebExchange exchange, Mono<Void> work) {
		TooManyInFlight refusal = this.places.enter(payer, exchange);
		if (refusal != null) {
			return Mono.error(refusal);
		}
		boolean more = cost.most() > cost.least();
		if (more) {
			ToldCost.await(exchange);
		}
		return work.doFinally((signal) -> {
			this.places.leave(payer);
			if (more) {
				payRest(bill, cost, signal, exchange);
			}
		});
	}

	/// A client that leaves before the service has answered pays the most, so that leaving early saves nothing.
	private void payRest(Bill bill, Cost cost, SignalType signal, ServerWebExchange exchange) {
		String told = ToldCost.of(exchange);
		int rest = (told != null) ? cost.rest(told) : (signal == SignalType.CANCEL) ? cost.restUnanswered() : 0;
		this.cashier.chargeRest(bill, rest);
		if (exchange.getAttribute(BY_ADDRESS) instanceof Lease lease) {
			this.cashier.chargeRest(new Bill(List.of(lease), ""), rest);
		}
	}

}
