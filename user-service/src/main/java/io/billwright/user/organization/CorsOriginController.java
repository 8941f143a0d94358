package io.billwright.user.organization;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.ServiceOnly;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.system.SystemTransaction;

/// Answers the gateway, which must decide about a browser's preflight request before it knows whose it is, and about the
/// request itself when it does.
@RestController
class CorsOriginController {

	private final Organizations organizations;

	private final SystemTransaction transaction;

	CorsOriginController(Organizations organizations, SystemTransaction transaction) {
		this.organizations = organizations;
		this.transaction = transaction;
	}

	@ServiceOnly
	@GetMapping("/internal/cors-origins")
	Mono<Answer> isAllowed(@RequestParam String origin,
			@RequestParam(name = "organization_id", required = false) @Nullable OrganizationId organization) {
		return this.organizations.allowsOrigin(origin, organization).map(Answer::new)
				.as(this.transaction::transactional);
	}

	record Answer(boolean allowed) {}

}
