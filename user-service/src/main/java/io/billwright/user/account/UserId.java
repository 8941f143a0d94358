package io.billwright.user.account;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// A user, `usr_...`.
public record UserId(UUID value) implements TypedId {

	/// A new user's id.
	public static UserId next() {
		return new UserId(Ids.next());
	}

	/// Reads `usr_...`.
	///
	/// @throws IllegalArgumentException where it is malformed
	public static UserId parse(String text) {
		return Ids.parse(UserId.class, text);
	}

	@Override
	public String prefix() {
		return "usr";
	}

	@Override
	public String toString() {
		return text();
	}

}
