package io.billwright.analytics.shard;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Stands for something that may change, in messages between instances: the last twenty bits of its ids. Two things may have
/// the same mark, which costs a look too many and nothing else.
///
/// @param value below [#RANGE]
public record ChangeMark(int value) {

	/// The channel of PostgreSQL that messages go over. Triggers of the service's own database name it as well.
	public static final String CHANNEL = "usage_changed";

	/// How many marks there are.
	public static final int RANGE = 1 << 20;

	private static final String SEPARATOR = ",";

	private static final int HEXADECIMAL = 16;

	/// The mark of what these ids name together.
	public static ChangeMark of(UUID... ids) {
		long bits = 0;
		for (UUID id : ids) {
			bits ^= id.getLeastSignificantBits();
		}
		return new ChangeMark((int) (bits & (RANGE - 1)));
	}

	/// Five hexadecimal digits: of a single id its last ones.
	public String text() {
		return Integer.toHexString(RANGE | this.value).substring(1);
	}

	/// A message of several marks' texts.
	public static String join(List<String> texts) {
		return String.join(SEPARATOR, texts);
	}

	/// The marks of a message.
	public static Stream<ChangeMark> parse(String message) {
		return Stream.of(message.split(SEPARATOR))
				.map((text) -> new ChangeMark(Integer.parseInt(text, HEXADECIMAL) & (RANGE - 1)));
	}

}
