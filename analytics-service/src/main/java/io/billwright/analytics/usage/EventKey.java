package io.billwright.analytics.usage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.UUID;

/// Tells the keys of events apart.
public final class EventKey {

	/// So long a key stands for one event only, from when that was accepted.
	public static final Duration LIFE = Duration.ofDays(35);

	private static final MessageDigest FRESH = fresh();

	private EventKey() {
	}

	/// Stands for a key of an organization's mode: 128 bits, of which nobody will meet two equal by chance.
	public static UUID hash(UUID organization, boolean live, String key) {
		MessageDigest digest = md5();
		digest.update(ByteBuffer.allocate(2 * Long.BYTES)
				.putLong(organization.getMostSignificantBits())
				.putLong(organization.getLeastSignificantBits())
				.flip());
		digest.update((byte) (live ? 1 : 0));
		ByteBuffer hash = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
		return new UUID(hash.getLong(), hash.getLong());
	}

	/// A copy of one that is fresh: to ask for it by its name costs as much as a hash.
	private static MessageDigest md5() {
		try {
			return (MessageDigest) FRESH.clone();
		}
		catch (CloneNotSupportedException exception) {
			throw new IllegalStateException("The digests of the Java platform can be copied", exception);
		}
	}

	private static MessageDigest fresh() {
		try {
			return MessageDigest.getInstance("MD5");
		}
		catch (NoSuchAlgorithmException exception) {
			throw new IllegalStateException("Every Java platform has MD5", exception);
		}
	}

}
