package io.billwright.user.publishing;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.user.organization.Organization;
import io.billwright.user.organization.OrganizationEvents;

/// Publishes organizations.
@Component
class OrganizationPublisher implements OrganizationEvents {

	private final Outbox outbox;

	OrganizationPublisher(Outbox outbox) {
		this.outbox = outbox;
	}

	@Override
	public Mono<Void> created(Organization organization) {
		return record("organization.created", organization);
	}

	@Override
	public Mono<Void> updated(Organization organization) {
		return record("organization.updated", organization);
	}

	private Mono<Void> record(String type, Organization organization) {
		return this.outbox
				.record(new OutboxEvent(Topics.ORGANIZATIONS, type, organization.id(), snapshot(organization)));
	}

	private static OrganizationSnapshot snapshot(Organization organization) {
		return new OrganizationSnapshot(organization.id().text(), organization.version(), organization.name(),
				organization.country(), organization.timeZone().getId(),
				organization.defaultCurrency().getCurrencyCode(), organization.createdAt(), organization.updatedAt());
	}

}
