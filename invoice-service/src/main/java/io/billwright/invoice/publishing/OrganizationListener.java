package io.billwright.invoice.publishing;

import java.time.ZoneId;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.invoice.organization.Organizations;
import io.billwright.platform.messaging.Subscription;

/// Learns of organizations what billing must know of them.
@Configuration(proxyBeanMethods = false)
class OrganizationListener {

	@Bean
	Subscription<OrganizationSnapshot> organizationSubscription(Organizations organizations) {
		return Subscription.of(Topics.ORGANIZATIONS, OrganizationSnapshot.class,
				(event) -> organizations.learn(event.data().version(), ZoneId.of(event.data().timeZone())));
	}

}
