package io.billwright.gateway.credential;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// What can be wrong with the way a credential is shown. One that is missing, malformed, unknown, expired or revoked is
/// `AccessFailure.Unauthenticated` instead, the same answer for all.
public abstract sealed class CredentialFailure extends Failure {

	private CredentialFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// Two credentials could name two callers; guessing which is meant would be wrong half of the time.
	public static final class Ambiguous extends CredentialFailure {

		Ambiguous() {
			super(Kind.INVALID, "credential_ambiguous",
					"Send one credential: a session cookie, an access token, an API key or a signature, and only once.");
		}

	}

	/// The form of a signature is wrong, it is too old or too young, or it was used before.
	public static final class SignatureUnusable extends CredentialFailure {

		SignatureUnusable(String detail) {
			super(Kind.UNAUTHENTICATED, "signature_unusable", detail);
		}

	}

	/// The body is not the one that was signed.
	public static final class DigestMismatch extends CredentialFailure {

		DigestMismatch() {
			super(Kind.INVALID, "content_digest_mismatch",
					"The body does not have the digest that Content-Digest claims.");
		}

	}

	/// A publishable key is used from a page that it is not meant for, or from none.
	public static final class KeyOriginNotAllowed extends CredentialFailure {

		KeyOriginNotAllowed() {
			super(Kind.FORBIDDEN, "key_origin_not_allowed",
					"This publishable key can only be used by pages of the origins that it was created for.");
		}

	}

	/// A session alone does not prove that the page which uses it meant the request.
	public static final class CsrfTokenInvalid extends CredentialFailure {

		CsrfTokenInvalid() {
			super(Kind.FORBIDDEN, "csrf_token_invalid",
					"A request that changes something with a session needs the header X-CSRF-Token with the session's token.");
		}

	}

}
