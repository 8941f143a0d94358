package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.gateway.limit.Decisions.Decision;
import io.billwright.gateway.limit.Decisions.Store;
import io.billwright.gateway.limit.Lease.Outcome;
import io.billwright.gateway.redis.RedisAway;

/// Takes what requests cost: from the leases where they have it, else from the shared buckets, else, while Redis is away,
/// from this instance's share.
@Component
class Cashier {

	private static final String POLICY = "RateLimit-Policy";

	private static final String LEFT = "RateLimit";

	private final Leases leases;

	private final Decisions decisions;

	private final Limited limited;

	private final Clock clock;

	Cashier(Leases leases, Decisions decisions, Limited limited, Clock clock) {
		this.leases = leases;
		this.decisions = decisions;
		this.limited = limited;
		this.clock = clock;
	}

	/// Charges a request. Where this instance can decide it is decided at once, and what is returned is [Limits#SETTLED] or
	/// fails with [TooManyRequests]; else it is cold.
	///
	/// @param before what else the request has been charged to and its caller is told of
	Mono<Void> charge(Bill bill, int cost, @Nullable Lease before, ServerWebExchange exchange) {
		Attempt attempt = new Attempt(bill, cost, before, exchange);
		long now = this.clock.millis();
		return attempt.takeFromLeases(now)
				? attempt.settle(now)
				: Mono.defer(() -> this.leases.draw(attempt.demands(this.clock.millis())))
						.doOnNext(attempt::add)
						.then()
						.onErrorResume(RedisAway.class, (away) -> Mono.fromRunnable(attempt::takeLocally))
						.then(Mono.defer(() -> attempt.settle(this.clock.millis())));
	}

	/// Charges what a request turned out to cost beyond what was taken.
	void chargeRest(Bill bill, int rest) {
		if (rest > 0) {
			bill.leases().forEach((lease) -> this.leases.charge(lease, rest));
		}
	}

	/// Counts a request that is refused for another reason than its cost.
	void refuse(String policy, Payer payer, String caller) {
		this.decisions.count(policy, Decision.REFUSED, Store.LEASE);
		this.limited.note("enforced", payer.tag(), caller, policy);
	}

	/// Tells of one more policy.
	static void tellMore(String policy, String left, ServerWebExchange exchange) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		String policies = headers.getFirst(POLICY);
		headers.set(POLICY, (policies != null) ? policies + ", " + policy : policy);
		String others = headers.getFirst(LEFT);
		headers.set(LEFT, (others != null) ? others + ", " + left : left);
	}

	private final class Attempt {

		private final Bill bill;

		private final int cost;

		private final @Nullable Lease before;

		private final ServerWebExchange exchange;

		/// `null` for those that were not tried because another one refused.
		private final @Nullable Outcome[] outcomes;

		private Store store = Store.LEASE;

		Attempt(Bill bill, int cost, @Nullable Lease before, ServerWebExchange exchange) {
			this.bill = bill;
			this.cost = cost;
			this.before = before;
			this.exchange = exchange;
			this.outcomes = new Outcome[bill.leases().size()];
		}

		/// Whether nobody needs to be asked any more.
		boolean takeFromLeases(long now) {
			boolean known = true;
			for (int i = 0; i < this.outcomes.length; i++) {
				this.outcomes[i] = lease(i).take(this.cost, now);
				if (refuses(i)) {
					return true;
				}
				known &= this.outcomes[i] != Outcome.UNKNOWN;
			}
			return known;
		}

		List<Demand> demands(long now) {
			List<Demand> demands = new ArrayList<>(this.outcomes.length);
			for (int i = 0; i < this.outcomes.length; i++) {
				if (this.outcomes[i] == Outcome.UNKNOWN) {
					demands.add(new Demand(lease(i), this.cost, lease(i).refill(now), lease(i).owed(now)));
				}
			}
			return demands;
		}

		void add(List<Draw> draws) {
			this.store = Store.REDIS;
			int next = 0;
			for (int i = 0; i < this.outcomes.length; i++) {
				if (this.outcomes[i] == Outcome.UNKNOWN) {
					Draw draw = draws.get(next++);
					this.outcomes[i] = draw.refused() ? Outcome.REFUSED : (draw.tokens() > 0) ? Outcome.TAKEN : null;
				}
			}
		}

		void takeLocally() {
			this.store = Store.LOCAL;
			long now = Cashier.this.clock.millis();
			for (int i = 0; i < this.outcomes.length; i++) {
				if (this.outcomes[i] == Outcome.UNKNOWN) {
					this.outcomes[i] = Cashier.this.leases.takeLocally(lease(i), this.cost, now)
							? Outcome.TAKEN
							: Outcome.REFUSED;
				}
			}
		}

		/// Tells the caller and the operator what came of it.
		Mono<Void> settle(long now) {
			boolean refused = false;
			for (int i = 0; i < this.outcomes.length; i++) {
				refused |= refuses(i);
			}
			for (int i = 0; i < this.outcomes.length; i++) {
				settle(i, refused, now);
			}
			tell(now);
			return refused ? refusal(now) : Limits.SETTLED;
		}

		private void settle(int i, boolean refused, long now) {
			Lease lease = lease(i);
			boolean empty = this.outcomes[i] == Outcome.REFUSED;
			if (refused && this.outcomes[i] == Outcome.TAKEN) {
				lease.giveBack(this.cost);
			}
			if (refuses(i) || (empty && !refused)) {
				Cashier.this.limited.note(lease);
			}
			if (refuses(i)) {
				Cashier.this.decisions.count(lease.policies().name(), Decision.REFUSED, this.store);
			}
			else if (!refused) {
				Cashier.this.decisions.count(lease.policies().name(),
						empty ? Decision.WOULD_REFUSE : Decision.ALLOWED, this.store);
				Cashier.this.leases.refill(lease, now);
			}
		}

		private void tell(long now) {
			if (this.bill.told().isEmpty()) {
				return;
			}
			HttpHeaders headers = this.exchange.getResponse().getHeaders();
			headers.set(POLICY, this.bill.told());
			headers.set(LEFT, this.bill.left(now));
			if (this.before != null && !this.before.policies().dryRun()) {
				StringBuilder left = new StringBuilder();
				this.before.tell(left, now);
				tellMore(this.before.policies().told(), left.toString(), this.exchange);
			}
		}

		private Mono<Void> refusal(long now) {
			long wait = 0;
			String by = "";
			for (int i = 0; i < this.outcomes.length; i++) {
				long after = refuses(i) ? lease(i).retryAfter(this.cost, now) : 0;
				if (refuses(i) && (after > wait || by.isEmpty())) {
					wait = after;
					by = lease(i).policies().name();
				}
			}
			return Mono.error(new TooManyRequests(by, Duration.ofMillis(wait)));
		}

		private boolean refuses(int i) {
			return this.outcomes[i] == Outcome.REFUSED && !lease(i).policies().dryRun();
		}

		private Lease lease(int i) {
			return this.bill.leases().get(i);
		}

	}

}
