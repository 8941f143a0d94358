package io.billwright.gateway.edge;

import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/// The header `traceparent` of W3C Trace Context, version 00: `00-<trace>-<span>-<flags>`, in lower-case hexadecimal.
final class TraceParent {

	static final String HEADER = "traceparent";

	private static final int LENGTH = 55;

	private static final int TRACE = 3;

	private static final int SPAN = 36;

	private static final int FLAGS = 53;

	private static final int SAMPLED = 1;

	private static final char[] HEX = "0123456789abcdef".toCharArray();

	private TraceParent() {
	}

	/// The value where it is a valid one.
	static @Nullable String valid(@Nullable String value) {
		boolean valid = value != null && value.length() == LENGTH && value.startsWith("00-")
				&& isHex(value, TRACE, SPAN - 1)
				&& value.charAt(SPAN - 1) == '-' && isHex(value, SPAN, FLAGS - 1) && value.charAt(FLAGS - 1) == '-'
				&& isHex(value, FLAGS, LENGTH) && !isZero(value, TRACE, SPAN - 1) && !isZero(value, SPAN, FLAGS - 1);
		return valid ? value : null;
	}

	/// @param value a valid one
	static boolean isSampled(String value) {
		return (Character.digit(value.charAt(LENGTH - 1), 16) & SAMPLED) != 0;
	}

	static String of(String trace, String span, boolean sampled) {
		return "00-" + trace + '-' + span + (sampled ? "-01" : "-00");
	}

	/// The beginning of a trace that leaves no span. Its ids need only differ.
	static String unsampled() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		char[] text = "00-00000000000000000000000000000000-0000000000000000-00".toCharArray();
		hex(text, TRACE, random.nextLong());
		hex(text, TRACE + 16, random.nextLong() | 1);
		hex(text, SPAN, random.nextLong() | 1);
		return new String(text);
	}

	private static void hex(char[] text, int from, long value) {
		for (int i = 0; i < 16; i++) {
			text[from + i] = HEX[(int) (value >>> (60 - 4 * i)) & 15];
		}
	}

	private static boolean isHex(String value, int from, int to) {
		for (int i = from; i < to; i++) {
			char character = value.charAt(i);
			if ((character < '0' || character > '9') && (character < 'a' || character > 'f')) {
				return false;
			}
		}
		return true;
	}

	private static boolean isZero(String value, int from, int to) {
		for (int i = from; i < to; i++) {
			if (value.charAt(i) != '0') {
				return false;
			}
		}
		return true;
	}

}
