package io.billwright.analytics.counting;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/// An array in the binary form of PostgreSQL, for a column of many rows in one parameter. The driver's own arrays are texts,
/// which cost several objects for each element here and as much as the row itself to read there.
///
/// The form is that of `array_recv`, and of the receive function of each type.
final class BinaryArray {

	/// Dimensions, whether there are nulls, type of the elements, length, lower bound.
	private static final int HEAD = 5 * Integer.BYTES;

	private static final int HAS_NULLS = Integer.BYTES;

	private static final int LENGTH = 3 * Integer.BYTES;

	/// From where PostgreSQL counts.
	private static final Instant FIRST_MOMENT = Instant.parse("2000-01-01T00:00:00Z");

	private static final LocalDate FIRST_DAY = LocalDate.of(2000, 1, 1);

	/// `jsonb_recv` knows one version, which is JSON as text.
	private static final byte JSON_VERSION = 1;

	/// A digit of a `numeric` is four decimal ones.
	private static final int DIGIT = 10_000;

	private static final int DIGIT_LENGTH = 4;

	private static final short NEGATIVE = 0x4000;

	private final ElementType type;

	private ByteBuffer bytes;

	private int length;

	/// @param rows expected
	BinaryArray(ElementType type, int rows) {
		this.type = type;
		this.bytes = ByteBuffer.allocate(HEAD + rows * (Integer.BYTES + type.width));
		this.bytes.putInt(1).putInt(0).putInt(type.element).putInt(0).putInt(1);
	}

	/// Types of elements with their object ids, which never change, and those of their arrays.
	enum ElementType {

		BOOLEAN(16, 1000, 1), BIGINT(20, 1016, 8), INTEGER(23, 1007, 4), TEXT(25, 1009, 24), DATE(1082, 1182,
				4), TIMESTAMPTZ(1184, 1185, 8), NUMERIC(1700, 1231, 16), UUID(2950, 2951, 16), JSONB(3802, 3807, 40);

		private final int element;

		private final int array;

		private final int width;

		/// @param width bytes of an element, expected
		ElementType(int element, int array, int width) {
			this.element = element;
			this.array = array;
			this.width = width;
		}

	}

	/// The object id of the array's type.
	int type() {
		return this.type.array;
	}

	/// The whole array, from where it stands to its end.
	ByteBuffer bytes() {
		return this.bytes.duplicate().flip().putInt(LENGTH, this.length);
	}

	void add(boolean element) {
		begin(ElementType.BOOLEAN, 1).put((byte) (element ? 1 : 0));
	}

	/// @param element a `bigint` or an `integer`
	void add(long element) {
		if (this.type == ElementType.INTEGER) {
			begin(ElementType.INTEGER, Integer.BYTES).putInt(Math.toIntExact(element));
		}
		else {
			begin(ElementType.BIGINT, Long.BYTES).putLong(element);
		}
	}

	void add(UUID element) {
		begin(ElementType.UUID, 2 * Long.BYTES).putLong(element.getMostSignificantBits())
				.putLong(element.getLeastSignificantBits());
	}

	void add(LocalDate element) {
		begin(ElementType.DATE, Integer.BYTES).putInt((int) ChronoUnit.DAYS.between(FIRST_DAY, element));
	}

	/// @param element whole microseconds
	void add(Instant element) {
		begin(ElementType.TIMESTAMPTZ, Long.BYTES).putLong(ChronoUnit.MICROS.between(FIRST_MOMENT, element));
	}

	void add(@Nullable String element) {
		if (element == null) {
			addNull();
			return;
		}
		byte[] text = element.getBytes(StandardCharsets.UTF_8);
		begin(ElementType.TEXT, text.length).put(text);
	}

	/// @param element JSON in UTF-8
	void addJson(byte @Nullable [] element) {
		if (element == null) {
			addNull();
			return;
		}
		begin(ElementType.JSONB, 1 + element.length).put(JSON_VERSION).put(element);
	}

	/// Digits with the base 10,000 on both sides of the point, so that this is where one of them begins.
	void add(BigDecimal element) {
		BigDecimal decimal = (element.scale() < 0) ? element.setScale(0) : element;
		int fraction = Math.ceilDiv(decimal.scale(), DIGIT_LENGTH);
		BigInteger digits = decimal.setScale(fraction * DIGIT_LENGTH).unscaledValue().abs();
		int count = Math.ceilDiv(decimalLength(digits), DIGIT_LENGTH);
		ByteBuffer to = begin(ElementType.NUMERIC, (4 + count) * Short.BYTES);
		to.putShort((short) count)
				.putShort((short) (count - fraction - 1))
				.putShort((decimal.signum() < 0) ? NEGATIVE : 0)
				.putShort((short) decimal.scale());
		int end = to.position() + count * Short.BYTES;
		putDigits(to, digits, end);
		to.position(end);
	}

	/// The last one first; by division of whole numbers as soon as the rest fits one.
	private static void putDigits(ByteBuffer to, BigInteger digits, int end) {
		int at = end;
		BigInteger large = digits;
		while (large.bitLength() >= Long.SIZE) {
			BigInteger[] parts = large.divideAndRemainder(BigInteger.valueOf(DIGIT));
			at -= Short.BYTES;
			to.putShort(at, parts[1].shortValue());
			large = parts[0];
		}
		for (long rest = large.longValue(); rest > 0; rest /= DIGIT) {
			at -= Short.BYTES;
			to.putShort(at, (short) (rest % DIGIT));
		}
	}

	private static int decimalLength(BigInteger digits) {
		return (digits.signum() == 0) ? 0 : new BigDecimal(digits).precision();
	}

	private void addNull() {
		begin(this.type, 0).putInt(this.bytes.position() - Integer.BYTES, -1).putInt(HAS_NULLS, 1);
	}

	private ByteBuffer begin(ElementType expected, int size) {
		if (this.type != expected) {
			throw new IllegalArgumentException("An array of " + this.type + " has no element of " + expected);
		}
		if (this.bytes.remaining() < Integer.BYTES + size) {
			int capacity = Math.max(2 * this.bytes.capacity(), this.bytes.position() + Integer.BYTES + size);
			this.bytes = ByteBuffer.wrap(Arrays.copyOf(this.bytes.array(), capacity)).position(this.bytes.position());
		}
		this.length++;
		return this.bytes.putInt(size);
	}

}
