package io.billwright.platform.ids;

import java.util.Arrays;
import java.util.UUID;

/// Crockford's base32 in lower case over 128 bits, 26 characters, as the TypeID specification (0.3) demands: most
/// significant bits first, the first character at most `7`, no aliases for look-alike letters.
final class Base32 {

	static final int LENGTH = 26;

	private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

	private static final byte[] VALUES = new byte[128];

	static {
		Arrays.fill(VALUES, (byte) -1);
		for (byte i = 0; i < ALPHABET.length; i++) {
			VALUES[ALPHABET[i]] = i;
		}
	}

	private Base32() {
	}

	static String encode(UUID uuid) {
		char[] text = new char[LENGTH];
		long high = uuid.getMostSignificantBits();
		long low = uuid.getLeastSignificantBits();
		for (int i = LENGTH - 1; i >= 0; i--) {
			text[i] = ALPHABET[(int) (low & 31)];
			low = (low >>> 5) | (high << 59);
			high >>>= 5;
		}
		return new String(text);
	}

	/// @throws IllegalArgumentException where the text is not the encoding of a UUID
	static UUID decode(String text) {
		if ((text.length() != LENGTH) || (text.charAt(0) > '7')) {
			throw new IllegalArgumentException("not 26 characters of base32");
		}
		long high = 0;
		long low = 0;
		for (int i = 0; i < LENGTH; i++) {
			char c = text.charAt(i);
			byte value = (c < VALUES.length) ? VALUES[c] : -1;
			if (value < 0) {
				throw new IllegalArgumentException("not base32");
			}
			high = (high << 5) | (low >>> 59);
			low = (low << 5) | value;
		}
		return new UUID(high, low);
	}

}
