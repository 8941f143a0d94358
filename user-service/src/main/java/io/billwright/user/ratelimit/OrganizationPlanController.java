package io.billwright.user.ratelimit;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.OperatorOnly;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;
import io.billwright.user.system.SystemTransaction;

/// Organizations, as whoever operates the platform sees them.
@RestController
@RequestMapping("/api/v1/admin/organizations/{id}")
class OrganizationPlanController {

	private final Plans plans;

	private final ManageRateLimits manage;

	private final SystemTransaction transaction;

	OrganizationPlanController(Plans plans, ManageRateLimits manage, SystemTransaction transaction) {
		this.plans = plans;
		this.manage = manage;
		this.transaction = transaction;
	}

	@GetMapping
	@OperatorOnly
	@Operation(summary = "Get an organization's plan")
	Mono<OrganizationPlanView> getPlan(@PathVariable OrganizationId id) {
		return this.plans.require(id).map(OrganizationPlanView::of).as(this.transaction::transactional);
	}

	@PatchMapping
	@OperatorOnly
	@Operation(summary = "Put an organization on a plan")
	Mono<OrganizationPlanView> updatePlan(@PathVariable OrganizationId id, MergePatch patch, ExpectedVersion expected) {
		return this.manage
				.change(id, expected,
						(plan) -> patch.apply(new OrganizationPlanRequest(plan), OrganizationPlanRequest.class).plan())
				.map(OrganizationPlanView::of);
	}

	/// @param plan its limits are in the gateway's configuration or set as a rate limit
	record OrganizationPlanRequest(@NotNull @Pattern(regexp = PlanSettings.FORM) String plan) {}

	record OrganizationPlanView(OrganizationId id, long version, String name, String plan) implements Versioned {

		static OrganizationPlanView of(Plans.Planned organization) {
			return new OrganizationPlanView(organization.id(), organization.version(), organization.name(),
					organization.plan());
		}

	}

}
