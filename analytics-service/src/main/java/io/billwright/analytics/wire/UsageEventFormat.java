package io.billwright.analytics.wire;

import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.json.Texts;
import io.billwright.platform.money.Decimals;

/// An event on its way to a shard, in few bytes that are quick to read, as each event is written and read once:
///
/// | bytes | what |
/// |---|---|
/// | 1 | version of the form, 1 |
/// | 1 | mode: 1 live, 0 test |
/// | 16, 16 | organization, customer |
/// | 8, 8 | timestamp, time of acceptance; microseconds since 1970 |
/// | 2 + n each | metric, key, quantity in plain decimal digits; the length before the UTF-8 |
/// | the rest | properties, a JSON object; nothing where there are none |
///
/// Numbers begin with their highest byte. Properties stay the JSON that they are on both sides of the way: few meters look
/// into them.
public final class UsageEventFormat {

	private static final byte VERSION = 1;

	private static final byte LIVE = 1;

	private static final byte TEST = 0;

	private static final int HEAD_LENGTH = 2 * Byte.BYTES + 6 * Long.BYTES;

	private UsageEventFormat() {
	}

	/// A record's value that is no event, or properties that are none. The message holds none of its data.
	public static final class Unreadable extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Unreadable(String message) {
			super(message);
		}

	}

	/// The bytes of an event.
	public static byte[] write(UsageEvent event) {
		byte[] metric = bytes(event.metric());
		byte[] key = bytes(event.key());
		byte[] quantity = bytes(event.quantity().toPlainString());
		byte[] properties = event.properties().isEmpty() ? new byte[0] : PropertiesFormat.write(event.properties());
		ByteBuffer to = ByteBuffer.allocate(HEAD_LENGTH + 3 * Short.BYTES + metric.length + key.length + quantity.length
				+ properties.length);
		to.put(VERSION).put(event.live() ? LIVE : TEST);
		put(to, event.organization());
		put(to, event.customer());
		to.putLong(micros(event.timestamp())).putLong(micros(event.acceptedAt()));
		put(to, metric);
		put(to, key);
		put(to, quantity);
		return to.put(properties).array();
	}

	/// The event of a record's value. Its properties are read when somebody asks for one, and may then turn out to be
	/// [Unreadable].
	///
	/// @throws Unreadable where it is none
	public static UsageEvent read(byte @Nullable [] value) {
		if (value == null) {
			throw new Unreadable("a record without a value");
		}
		try {
			ByteBuffer from = ByteBuffer.wrap(value);
			require(from.get() == VERSION, "a form that is not known");
			byte mode = from.get();
			require(mode == LIVE || mode == TEST, "a mode that is not known");
			UUID organization = uuid(from);
			UUID customer = uuid(from);
			Instant timestamp = instant(from.getLong());
			Instant acceptedAt = instant(from.getLong());
			String metric = text(from);
			String key = text(from);
			BigDecimal quantity = Decimals.parse(text(from));
			byte[] properties = new byte[from.remaining()];
			from.get(properties);
			return new UsageEvent(organization, mode == LIVE, customer, metric, key, quantity, timestamp, acceptedAt,
					(properties.length > 0) ? new KeptProperties(properties) : Map.of());
		}
		catch (BufferUnderflowException | IllegalArgumentException exception) {
			throw new Unreadable(exception.getClass().getSimpleName());
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void put(ByteBuffer to, UUID id) {
		to.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
	}

	private static void put(ByteBuffer to, byte[] text) {
		if (text.length > 0xffff) {
			throw new IllegalArgumentException("A text of more than 65,535 bytes");
		}
		to.putShort((short) text.length).put(text);
	}

	private static UUID uuid(ByteBuffer from) {
		return new UUID(from.getLong(), from.getLong());
	}

	private static String text(ByteBuffer from) {
		byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
		from.get(bytes);
		String text = new String(bytes, StandardCharsets.UTF_8);
		require(Texts.canBeKept(text), "a text that cannot be kept");
		return text;
	}

	/// Microseconds since 1970.
	private static long micros(Instant moment) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
	}

	private static Instant instant(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
	}

	/// @throws Unreadable unless the condition holds
	static void require(boolean condition, String message) {
		if (!condition) {
			throw new Unreadable(message);
		}
	}

}
