package io.billwright.user.invitation;

import java.time.Duration;
import java.time.Instant;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.member.Role;

/// An open invitation. It is gone once it is accepted or revoked.
///
/// @param invitedBy the public id of who invited
record Invitation(OrganizationId organization, InvitationId id, EmailAddress email, Role role, String invitedBy,
		Instant createdAt, Instant expiresAt) {

	private static final Duration LIFE = Duration.ofDays(7);

	static Invitation issue(OrganizationId organization, EmailAddress email, Role role, String by, Instant now) {
		return new Invitation(organization, InvitationId.next(), email, role, by, now, now.plus(LIFE));
	}

}
