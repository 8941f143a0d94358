package io.billwright.user.organization;

import reactor.core.publisher.Mono;

/// Tells others about organizations, in the transaction of the change.
public interface OrganizationEvents {

	/// It was founded.
	Mono<Void> created(Organization organization);

	/// Its particulars changed.
	Mono<Void> updated(Organization organization);

}
