package io.billwright.platform.identity;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a caller is refused. The gateway's refusals and the services' look the same.
public abstract sealed class AccessFailure extends Failure {

	private AccessFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// No credential, or one that is unknown, expired, revoked or tampered with: one answer for all of them.
	public static final class Unauthenticated extends AccessFailure {

		public Unauthenticated() {
			super(Kind.UNAUTHENTICATED, "unauthenticated", "A valid credential is required.");
		}

	}

	/// The credential is good but does not allow this.
	public static final class InsufficientScope extends AccessFailure {

		public InsufficientScope(String scope) {
			super(Kind.FORBIDDEN, "insufficient_scope", "This needs the permission '%s'.".formatted(scope));
		}

	}

}
