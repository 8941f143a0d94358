package io.billwright.analytics.usage;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/// The one text form of a property's value, in which 1, 1.0 and "1" are the same.
public final class PropertyText {

	/// Characters of a value that groups or unique counts keep; a longer one is cut and told from its like by a digest.
	public static final int MAX_LENGTH = 100;

	private static final int KEPT_LENGTH = 67;

	private static final int MAX_DIGITS = 36;

	private static final Pattern PLAIN = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

	private PropertyText() {
	}

	/// The text form of a text, a number or a boolean; null for anything else and for a number beyond 36 digits on either
	/// side of the point.
	public static @Nullable String of(@Nullable Object value) {
		return switch (value) {
			case String text -> text;
			case BigDecimal number when isModest(number) -> Measure.canonical(number).toPlainString();
			case Boolean flag -> flag.toString();
			case null, default -> null;
		};
	}

	/// The value as a number, also one that is written as a text, with at most 18 digits before and 18 after the point; null
	/// where it is none.
	public static @Nullable BigDecimal toNumber(@Nullable Object value) {
		String text = (value instanceof Boolean) ? null : of(value);
		return (text != null && PLAIN.matcher(text).matches()) ? new BigDecimal(text) : null;
	}

	static @Nullable String bounded(@Nullable String text) {
		if (text == null || text.length() <= MAX_LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(KEPT_LENGTH - 1)) ? KEPT_LENGTH - 1 : KEPT_LENGTH;
		return text.substring(0, end) + '~' + digest(text);
	}

	static String toJson(SortedMap<String, @Nullable String> values) {
		return values.entrySet().stream().map(PropertyText::toJson).collect(Collectors.joining(",", "{", "}"));
	}

	private static String toJson(Map.Entry<String, @Nullable String> entry) {
		String value = entry.getValue();
		return quoted(entry.getKey()) + ':' + ((value != null) ? quoted(value) : "null");
	}

	/// RFC 8259, section 7.
	private static String quoted(String text) {
		StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
		text.chars().forEach((character) -> {
			if (character < ' ') {
				quoted.append("\\u00").append(HexFormat.of().toHexDigits((byte) character));
			}
			else {
				if (character == '"' || character == '\\') {
					quoted.append('\\');
				}
				quoted.append((char) character);
			}
		});
		return quoted.append('"').toString();
	}

	private static boolean isModest(BigDecimal number) {
		return number.scale() <= MAX_DIGITS && (long) number.precision() - number.scale() <= MAX_DIGITS;
	}

	private static String digest(String text) {
		try {
			return HexFormat.of()
					.formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException exception) {
			throw new IllegalStateException("Every Java platform has MD5", exception);
		}
	}

}
