package io.billwright.platform.json;

/// Which texts can be kept.
public final class Texts {

	/// What is wrong with the others.
	public static final String CANNOT_BE_KEPT = "must not contain U+0000 or unpaired surrogates";

	private Texts() {
	}

	/// Whether a text is the same again after UTF-8 and PostgreSQL: half of a surrogate pair, which JSON can escape (RFC 8259,
	/// section 8.2), is no character of the one, and U+0000 none of the other.
	public static boolean canBeKept(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == '\0') {
				return false;
			}
			if (Character.isSurrogate(character)) {
				boolean pair = i + 1 < text.length() && Character.isSurrogatePair(character, text.charAt(i + 1));
				if (!pair) {
					return false;
				}
				i++;
			}
		}
		return true;
	}

}
