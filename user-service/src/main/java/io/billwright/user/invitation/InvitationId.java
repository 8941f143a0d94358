package io.billwright.user.invitation;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// An invitation, `ivt_...`.
record InvitationId(UUID value) implements TypedId {

	static InvitationId next() {
		return new InvitationId(Ids.next());
	}

	@Override
	public String prefix() {
		return "ivt";
	}

	@Override
	public String toString() {
		return text();
	}

}
