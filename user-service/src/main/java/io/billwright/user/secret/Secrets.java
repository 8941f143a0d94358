package io.billwright.user.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// Random secrets of 256 bits. Their plain SHA-256 is enough to keep: there is nothing to guess that a slow hash would
/// slow down.
public final class Secrets {

	private static final int SECRET_BYTES = 32;

	/// A generator inside of the JVM: the default one reads from the operating system, which blocks an event loop.
	private static final SecureRandom RANDOM = seeded();

	private Secrets() {
	}

	/// A new secret in base64url, 43 characters.
	public static String next() {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES));
	}

	/// Random bytes.
	public static byte[] bytes(int count) {
		byte[] bytes = new byte[count];
		RANDOM.nextBytes(bytes);
		return bytes;
	}

	/// A random number below the limit.
	public static int below(int limit) {
		return RANDOM.nextInt(limit);
	}

	/// The hash to keep.
	public static byte[] hash(String secret) {
		return hash(secret.getBytes(StandardCharsets.UTF_8));
	}

	static byte[] hash(byte[] secret) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(secret);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// The hash in lower-case hexadecimal digits.
	public static String hex(String secret) {
		return HexFormat.of().formatHex(hash(secret));
	}

	private static SecureRandom seeded() {
		try {
			SecureRandom random = SecureRandom.getInstance("DRBG");
			random.nextBytes(new byte[1]);
			return random;
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
