package io.billwright.platform.idempotency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
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

	private static final int NONCE_BYTES = 12;

	private static final SecureRandom RANDOM = new SecureRandom();

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

	/// The nonce, then the encrypted answer. One key may meet several answers: in live and in test mode, or after its
	/// retention.
	byte[] encrypt(byte[] answer) {
		byte[] nonce = new byte[NONCE_BYTES];
		RANDOM.nextBytes(nonce);
		byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, nonce, answer);
		return ByteBuffer.allocate(NONCE_BYTES + encrypted.length).put(nonce).put(encrypted).array();
	}

	byte[] decrypt(byte[] stored) {
		return crypt(Cipher.DECRYPT_MODE, Arrays.copyOf(stored, NONCE_BYTES),
				Arrays.copyOfRange(stored, NONCE_BYTES, stored.length));
	}

	private byte[] crypt(int mode, byte[] nonce, byte[] text) {
		try {
			SecretKeySpec secret = new SecretKeySpec(
					sha256("answer\n", this.value.getBytes(StandardCharsets.UTF_8)), "AES");
			Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
			cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, nonce));
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
