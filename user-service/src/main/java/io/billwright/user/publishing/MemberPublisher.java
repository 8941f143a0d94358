package io.billwright.user.publishing;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.contracts.Topics;
import io.billwright.contracts.UserSnapshot;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.member.MemberEvents;
import io.billwright.user.member.Membership;

/// Publishes members. Of one who was removed or erased nothing personal is told.
@Component
class MemberPublisher implements MemberEvents {

	private final Outbox outbox;

	MemberPublisher(Outbox outbox) {
		this.outbox = outbox;
	}

	@Override
	public Mono<Void> joined(User user, Membership membership) {
		return record("user.created", membership, active(user, membership));
	}

	@Override
	public Mono<Void> updated(User user, Membership membership) {
		return record("user.updated", membership, active(user, membership));
	}

	@Override
	public Mono<Void> removed(User user, Membership membership) {
		return record("user.removed", membership, snapshot(membership, null, null, "removed"));
	}

	private Mono<Void> record(String type, Membership membership, UserSnapshot snapshot) {
		return this.outbox.record(
				new OutboxEvent(Topics.USERS, type, snapshot.subject(membership.organization().text()), snapshot));
	}

	private static UserSnapshot active(User user, Membership membership) {
		EmailAddress email = user.email();
		return snapshot(membership, user.name(), (email != null) ? email.value() : null, "active");
	}

	private static UserSnapshot snapshot(Membership membership, @Nullable String name, @Nullable String email,
			String status) {
		return new UserSnapshot(membership.user().text(), membership.version(), name, email,
				membership.role().code(), status, membership.createdAt(), membership.updatedAt());
	}

}
