package io.billwright.user.privacy;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why data is not taken out or forgotten.
sealed abstract class PrivacyFailure extends Failure {

	private PrivacyFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// One export at a time.
	static final class ExportPending extends PrivacyFailure {

		ExportPending() {
			super(Kind.CONFLICT, "export_pending", "An export is being written already. Wait until it is done.");
		}

	}

	/// There is no file yet, or there will be none.
	static final class ExportNotDone extends PrivacyFailure {

		ExportNotDone(String status) {
			super(Kind.CONFLICT, "export_not_done", "This export has no file: it is %s.".formatted(status));
		}

	}

	/// Who asks to be forgotten must know the password.
	static final class WrongPassword extends PrivacyFailure {

		WrongPassword() {
			super(Kind.UNPROCESSABLE, "wrong_password", "The password is wrong.");
		}

	}

	/// Only people can be forgotten.
	static final class UsersOnly extends PrivacyFailure {

		UsersOnly() {
			super(Kind.FORBIDDEN, "users_only", "Only a user who is logged in can do this, not an API key.");
		}

	}

}
