package io.billwright.gateway.tls;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// What can be wrong with the certificate of a client whose credential is good.
public abstract sealed class ClientCertificateFailure extends Failure {

	private ClientCertificateFailure(String code, String detail) {
		super(Kind.FORBIDDEN, code, detail);
	}

	/// The operator lets nobody ask for this path without a certificate.
	public static final class Required extends ClientCertificateFailure {

		Required() {
			super("client_certificate_required", "This path needs a TLS client certificate of yours.");
		}

	}

	/// A credential that was stolen is of no use with a certificate of somebody else.
	public static final class Mismatch extends ClientCertificateFailure {

		Mismatch() {
			super("client_certificate_mismatch",
					"The TLS client certificate was issued for another organization than the credential.");
		}

	}

}
