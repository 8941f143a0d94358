package io.billwright.user.apikey;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

import io.billwright.user.secret.Secrets;

/// The text of an API key: `bw_live_` or `bw_test_`, `bw_pub_live_` or `bw_pub_test_` of a publishable one, 43 random characters of base62 (256 bits), and 6 more that are the
/// CRC32 of all before, so that a mistyped or made-up key is refused without asking anybody, and a leaked one is
/// recognized by scanners.
record ApiKeySecret(String text) {

	private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private static final int RANDOM_LENGTH = 43;

	private static final int CHECKSUM_LENGTH = 6;

	/// How much of what is random may be shown later, to tell keys apart.
	private static final int SHOWN_LENGTH = 4;

	static ApiKeySecret next(boolean publishable, boolean live) {
		StringBuilder text = new StringBuilder(publishable ? "bw_pub_" : "bw_").append(live ? "live_" : "test_");
		for (int i = 0; i < RANDOM_LENGTH; i++) {
			text.append(BASE62.charAt(Secrets.below(BASE62.length())));
		}
		return new ApiKeySecret(text + checksum(text.toString()));
	}

	/// The beginning, for example `bw_live_8Zk1`.
	String shown() {
		return this.text.substring(0, this.text.length() - RANDOM_LENGTH - CHECKSUM_LENGTH + SHOWN_LENGTH);
	}

	byte[] hash() {
		return Secrets.hash(this.text);
	}

	/// CRC32 of the ASCII bytes, base62, most significant digit first, padded with zeros.
	static String checksum(String text) {
		CRC32 crc = new CRC32();
		crc.update(text.getBytes(StandardCharsets.US_ASCII));
		char[] digits = new char[CHECKSUM_LENGTH];
		long rest = crc.getValue();
		for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
			digits[i] = BASE62.charAt((int) (rest % BASE62.length()));
			rest /= BASE62.length();
		}
		return new String(digits);
	}

	@Override
	public String toString() {
		return shown() + "...";
	}

}
