package io.billwright.user.login;

import java.time.Duration;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a login is refused.
public sealed abstract class LoginFailure extends Failure {

	private LoginFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// Unknown address or wrong password: one answer for both.
	public static final class InvalidCredentials extends LoginFailure {

		InvalidCredentials() {
			super(Kind.UNAUTHENTICATED, "invalid_credentials", "The e-mail address or the password is wrong.");
		}

	}

	/// Too many wrong passwords for this account, whether there is one or not.
	public static final class TooManyAttempts extends LoginFailure {

		private final Duration retryAfter;

		TooManyAttempts(Duration retryAfter) {
			super(Kind.RATE_LIMITED, "rate_limited",
					"Too many attempts to log in to this account. Wait and try again.");
			this.retryAfter = retryAfter;
		}

		@Override
		public Duration retryAfter() {
			return this.retryAfter;
		}

	}

	/// The password is right, but nobody has shown yet to read the mails to this address.
	public static final class EmailNotVerified extends LoginFailure {

		EmailNotVerified() {
			super(Kind.FORBIDDEN, "email_not_verified",
					"Confirm the e-mail address first: follow the link in the mail that was sent to it.");
		}

	}

	/// The password is right, but the user is not a member of the organization, or of none at all.
	public static final class NotAMember extends LoginFailure {

		NotAMember() {
			super(Kind.FORBIDDEN, "not_a_member", "You are not a member of this organization.");
		}

	}

}
