package io.billwright.user.invitation;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why somebody is not invited or does not join.
sealed abstract class InvitationFailure extends Failure {

	private InvitationFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// The person is a member already.
	static final class AlreadyMember extends InvitationFailure {

		AlreadyMember() {
			super(Kind.CONFLICT, "already_member", "This person is a member already.");
		}

	}

	/// The mailed token is unknown, used, revoked or too old.
	static final class InvalidInvitation extends InvitationFailure {

		InvalidInvitation() {
			super(Kind.UNPROCESSABLE, "invalid_invitation",
					"This invitation is not valid any more. Ask for a new one.");
		}

	}

	/// Whoever is new must say what they are called and choose a password.
	static final class AccountNeeded extends InvitationFailure {

		AccountNeeded() {
			super(Kind.UNPROCESSABLE, "account_needed",
					"There is no confirmed account with this e-mail address yet: name and password are required.");
		}

	}

	/// The organization has mailed as many invitations as it may within an hour.
	static final class TooManyMails extends InvitationFailure {

		private final Duration retryAfter;

		TooManyMails(int limit, Duration retryAfter) {
			super(Kind.RATE_LIMITED, "rate_limited",
					"An organization mails at most %d invitations an hour. Wait %d s and try again.".formatted(limit,
							retryAfter.toSeconds()));
			this.retryAfter = retryAfter;
		}

		@Override
		public @Nullable Duration retryAfter() {
			return this.retryAfter;
		}

	}

	/// The organization has as many open invitations as it may have.
	static final class TooMany extends InvitationFailure {

		TooMany(int limit) {
			super(Kind.CONFLICT, "too_many_invitations",
					"An organization has at most %d open invitations. Revoke one first.".formatted(limit));
		}

	}

}
