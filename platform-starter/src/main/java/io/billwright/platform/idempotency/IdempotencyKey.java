package io.billwright.platform.idempotency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A client's key for one write, bound to who sent it. Only its hash is stored, and the stored answer, which may hold
/// a secret that is shown once, is encrypted (AES-256-GCM) with a key derived from it: only who repeats the request
/// can read the answer.
record IdempotencyKey(String value) {

	/// The IETF draft writes the key as a quoted string; most clients send it bare.
	private static final Pattern FORM = Pattern.compile("\"?([\\x21\\x23-\\x7e][\\x20\\x21\\x23-\\x7e]{0,254})\"?");

	private static final int TAG_BITS = 128;

	private static final byte[] NONCE = new byte[12];

	/// @throws IdempotencyFailure.MalformedKey where the header is not a key
	static IdempotencyKey of(String principal, String header) {
		Matcher matcher = FORM.matcher(header);
		if (!matcher.matches()) {
			throw new IdempotencyFailure.MalformedKey();
		}
		return new IdempotencyKey(principal + '\n' + matcher.group(1));
	}

	byte[] hash() {
		return sha256("name\n", this.value.getBytes(StandardCharsets.UTF_8));
	}

	/// The advisory lock that keeps a second request with the same key out.
	long lock() {
		return ByteBuffer.wrap(hash()).getLong();
	}

	byte[] encrypt(byte[] answer) {
		return crypt(Cipher.ENCRYPT_MODE, answer);
	}

	byte[] decrypt(byte[] answer) {
		return crypt(Cipher.DECRYPT_MODE, answer);
	}

	/// A key encrypts one answer only, so a constant nonce never meets the same key twice.
	private byte[] crypt(int mode, byte[] text) {
		try {
			SecretKeySpec secret = new SecretKeySpec(
					sha256("answer\n", this.value.getBytes(StandardCharsets.UTF_8)), "AES");
			Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
			cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, NONCE));
			return cipher.doFinal(text);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("The stored answer cannot be read", ex);
		}
	}

	static byte[] sha256(String purpose, byte[]... parts) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(purpose.getBytes(StandardCharsets.UTF_8));
			for (byte[] part : parts) {
				digest.update(part);
			}
			return digest.digest();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
