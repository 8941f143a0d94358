package io.billwright.gateway.support;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/// The published algorithms of keys and hashes, written down a second time so that tests do not believe the code.
public final class TestHash {

	private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private TestHash() {
	}

	public static String sha256(String text) {
		try {
			return HexFormat.of()
					.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String crc32Base62(String text) {
		CRC32 crc = new CRC32();
		crc.update(text.getBytes(StandardCharsets.UTF_8));
		StringBuilder digits = new StringBuilder();
		for (long rest = crc.getValue(); rest > 0; rest /= 62) {
			digits.append(BASE62.charAt((int) (rest % 62)));
		}
		return "000000".substring(digits.length()) + digits.reverse();
	}

}
