package io.billwright.user.member;

import java.time.Instant;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.UserId;

/// A user's place in an organization.
///
/// @param version grows with every change, also of the user's name
/// @param active `false` once removed; the row stays, so that what the member did keeps its author
public record Membership(OrganizationId organization, UserId user, long version, Role role, boolean active,
		Instant createdAt, Instant updatedAt) {

	/// A new member.
	public static Membership join(OrganizationId organization, UserId user, Role role, Instant now) {
		return new Membership(organization, user, 1, role, true, now, now);
	}

	/// Somebody who was a member before comes back.
	public Membership rejoin(Role newRole, Instant now) {
		return new Membership(this.organization, this.user, this.version, newRole, true, this.createdAt, now);
	}

	/// Other duties.
	Membership assign(Role newRole, Instant now) {
		return new Membership(this.organization, this.user, this.version, newRole, this.active, this.createdAt, now);
	}

	/// No longer a member.
	Membership remove(Instant now) {
		return new Membership(this.organization, this.user, this.version, this.role, false, this.createdAt, now);
	}

	/// The user's own data changed.
	Membership touch(Instant now) {
		return new Membership(this.organization, this.user, this.version, this.role, this.active, this.createdAt, now);
	}

}
