package io.billwright.user.apikey;

import java.util.List;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a key is not made or changed.
sealed abstract class ApiKeyFailure extends Failure {

	private ApiKeyFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// It has been revoked or has expired.
	static final class NotActive extends ApiKeyFailure {

		NotActive() {
			super(Kind.CONFLICT, "api_key_not_active", "This API key has been revoked or has expired.");
		}

	}

	/// What everybody reads signs nothing.
	static final class Publishable extends ApiKeyFailure {

		Publishable() {
			super(Kind.CONFLICT, "api_key_publishable", "A publishable API key has no signing secret.");
		}

	}

	/// Whoever operates the platform has not said with what signing secrets are sealed.
	static final class SigningOff extends ApiKeyFailure {

		SigningOff() {
			super(Kind.UNPROCESSABLE, "signing_off", "This installation does not support signed requests.");
		}

	}

	/// Nobody hands on more than they have.
	static final class ScopesExceeded extends ApiKeyFailure {

		ScopesExceeded(List<String> exceeding) {
			super(Kind.FORBIDDEN, "scopes_exceeded",
					"You do not have these permissions yourself: " + String.join(", ", exceeding) + ".");
		}

	}

	/// A key of the test world must not open the live one, nor the other way round.
	static final class OtherMode extends ApiKeyFailure {

		OtherMode() {
			super(Kind.FORBIDDEN, "other_mode", "An API key can only manage keys of its own mode.");
		}

	}

	/// The organization has as many active keys as it may have.
	static final class TooMany extends ApiKeyFailure {

		TooMany(int limit) {
			super(Kind.CONFLICT, "too_many_api_keys",
					"An organization has at most %d active API keys. Revoke one first.".formatted(limit));
		}

	}

}
