package io.billwright.user.organization;

import java.util.function.UnaryOperator;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;

/// Changes the caller's organization.
@Component
class ChangeOrganization {

	private final Organizations organizations;

	private final OrganizationEvents events;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	ChangeOrganization(Organizations organizations, OrganizationEvents events, AuditLog audit,
			TransactionalOperator transaction) {
		this.organizations = organizations;
		this.events = events;
		this.audit = audit;
		this.transaction = transaction;
	}

	/// Emits the changed organization.
	Mono<Organization> change(ExpectedVersion expected, UnaryOperator<Organization> change) {
		return Tenant.current()
				.flatMap((tenant) -> this.organizations.require(tenant.organizationId()))
				.doOnNext((organization) -> expected.check(organization.version()))
				.map(change)
				.flatMap(this.organizations::save)
				.delayUntil(this.events::updated)
				.delayUntil((organization) -> this.audit
						.record(new Change("organization.updated", organization.id().text())))
				.as(this.transaction::transactional)
				.checkpoint("change organization");
	}

}
