package io.billwright.user.ratelimit;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.ServiceOnly;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.apikey.ApiKeyId;
import io.billwright.user.system.SystemTransaction;

/// Answers gateways, which ask once for each organization and again when they hear of a change.
@RestController
class GatewayLimitController {

	private final RateLimits limits;

	private final Plans plans;

	private final SystemTransaction transaction;

	GatewayLimitController(RateLimits limits, Plans plans, SystemTransaction transaction) {
		this.limits = limits;
		this.plans = plans;
		this.transaction = transaction;
	}

	@ServiceOnly
	@GetMapping("/internal/organizations/{id}/rate-limits")
	Mono<GatewayLimitsView> limits(@PathVariable OrganizationId id) {
		return this.plans.require(id)
				.map(Plans.Planned::plan)
				.flatMap((plan) -> this.limits.of(id, plan)
						.map(GatewayLimitView::of)
						.collectList()
						.map((policies) -> new GatewayLimitsView(plan, policies)))
				.as(this.transaction::transactional);
	}

	record GatewayLimitsView(String plan, List<GatewayLimitView> policies) {}

	/// @param appliesTo `plan`, `organization` or `api_key`
	record GatewayLimitView(String appliesTo, @Nullable ApiKeyId apiKeyId, @Nullable String rateLimit,
			@Nullable Integer inFlight, @Nullable Integer weight, boolean dryRun) {

		static GatewayLimitView of(RateLimit limit) {
			RateLimit.Terms terms = limit.terms();
			return new GatewayLimitView(limit.subject().kind(), limit.subject().key(),
					(terms.quota() != null) ? terms.quota().toString() : null, terms.inFlight(), terms.weight(),
					terms.dryRun());
		}

	}

}
