package io.billwright.local;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/// The API key of whoever operates this installation: formed like any other, `bw_live_`, 43 random characters and 6 of
/// checksum, and known to the platform by its hash alone.
record OperatorKey(String text) {

	private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private static final int RANDOM_LENGTH = 43;

	private static final int CHECKSUM_LENGTH = 6;

	static OperatorKey next(SecureRandom random) {
		String text = "bw_live_" + base62(new BigInteger(RANDOM_LENGTH * Byte.SIZE, random), RANDOM_LENGTH);
		CRC32 crc = new CRC32();
		crc.update(text.getBytes(StandardCharsets.US_ASCII));
		return new OperatorKey(text + base62(BigInteger.valueOf(crc.getValue()), CHECKSUM_LENGTH));
	}

	/// Its SHA-256 in lower-case hexadecimal digits.
	String hash() {
		try {
			return HexFormat.of()
					.formatHex(
							MessageDigest.getInstance("SHA-256").digest(this.text.getBytes(StandardCharsets.US_ASCII)));
		}
		catch (NoSuchAlgorithmException exception) {
			throw new IllegalStateException(exception);
		}
	}

	/// The last digits of a number, the most significant first.
	private static String base62(BigInteger number, int length) {
		StringBuilder digits = new StringBuilder();
		BigInteger rest = number;
		for (int i = 0; i < length; i++) {
			BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(BASE62.length()));
			digits.append(BASE62.charAt(parts[1].intValue()));
			rest = parts[0];
		}
		return digits.reverse().toString();
	}

	@Override
	public String toString() {
		return "operator key";
	}

}
