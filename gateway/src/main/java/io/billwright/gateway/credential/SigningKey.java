package io.billwright.gateway.credential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.billwright.gateway.accounts.SigningView;

/// A secret with which requests are signed: `hmac-sha256` of RFC 9421, section 3.3.3.
///
/// @param mac with the key in it; each use takes a copy
/// @param until from when on it is worthless
record SigningKey(Mac mac, Instant until) {

	private static final String ALGORITHM = "HmacSHA256";

	static SigningKey of(SigningView.Secret secret) {
		return of(secret.text().getBytes(StandardCharsets.UTF_8),
				(secret.expiresAt() != null) ? secret.expiresAt() : Instant.MAX);
	}

	static SigningKey of(byte[] secret, Instant until) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(secret, ALGORITHM));
			return new SigningKey(mac, until);
		}
		catch (InvalidKeyException ex) {
			throw new IllegalArgumentException("A signing secret is empty", ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

	/// Whether it made this signature of the text. Takes as long wherever a wrong one differs.
	boolean hasSigned(String text, ByteBuffer signature) {
		byte[] claimed = new byte[signature.remaining()];
		signature.duplicate().get(claimed);
		return MessageDigest.isEqual(sign(text), claimed);
	}

	private byte[] sign(String text) {
		try {
			return ((Mac) this.mac.clone()).doFinal(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ALGORITHM + " of this Java platform cannot be copied", ex);
		}
	}

}
