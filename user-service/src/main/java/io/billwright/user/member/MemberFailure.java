package io.billwright.user.member;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why members are not changed.
public sealed abstract class MemberFailure extends Failure {

	private MemberFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// An organization always has an owner.
	public static final class LastOwner extends MemberFailure {

		LastOwner() {
			super(Kind.CONFLICT, "last_owner",
					"This is the organization's only owner. Make somebody else an owner first.");
		}

	}

	/// Nobody gives or takes more than they have, and only owners decide about owners.
	public static final class RoleNotGrantable extends MemberFailure {

		RoleNotGrantable(Role role) {
			super(Kind.FORBIDDEN, "role_not_grantable",
					"You may not give or take the role '%s'.".formatted(role.code()));
		}

	}

	/// Only people have a profile.
	public static final class UsersOnly extends MemberFailure {

		UsersOnly() {
			super(Kind.FORBIDDEN, "users_only", "Only a user who is logged in can do this, not an API key.");
		}

	}

}
