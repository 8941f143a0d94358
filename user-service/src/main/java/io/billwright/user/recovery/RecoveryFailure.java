package io.billwright.user.recovery;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why an address is not confirmed or a password not changed.
public sealed abstract class RecoveryFailure extends Failure {

	private RecoveryFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// The mailed token is unknown, used or too old.
	public static final class InvalidToken extends RecoveryFailure {

		InvalidToken() {
			super(Kind.UNPROCESSABLE, "invalid_token", "This link or code is not valid any more. Ask for a new mail.");
		}

	}

	/// Who changes a password must know it.
	public static final class WrongPassword extends RecoveryFailure {

		WrongPassword() {
			super(Kind.UNPROCESSABLE, "wrong_password", "The current password is wrong.");
		}

	}

	/// Only people have passwords.
	public static final class UsersOnly extends RecoveryFailure {

		UsersOnly() {
			super(Kind.FORBIDDEN, "users_only", "Only a user who is logged in can do this, not an API key.");
		}

	}

}
