package io.billwright.analytics.counting;

import org.jspecify.annotations.Nullable;

/// The text form of a PostgreSQL array, for a column of many rows in one parameter. The driver's own arrays cost several
/// objects for each element.
final class ArrayText {

	private final StringBuilder text;

	/// @param characters expected
	ArrayText(int characters) {
		this.text = new StringBuilder(characters).append('{');
	}

	/// Adds an element that needs no quotes: a number, a UUID, a boolean, a date.
	void plain(Object element) {
		separate();
		this.text.append(element);
	}

	/// Adds an element that needs no quotes.
	void plain(long element) {
		separate();
		this.text.append(element);
	}

	/// Adds any text, or NULL.
	void quoted(@Nullable String element) {
		separate();
		if (element == null) {
			this.text.append("NULL");
			return;
		}
		this.text.append('"');
		for (int index = 0; index < element.length(); index++) {
			char character = element.charAt(index);
			if (character == '"' || character == '\\') {
				this.text.append('\\');
			}
			this.text.append(character);
		}
		this.text.append('"');
	}

	private void separate() {
		if (this.text.length() > 1) {
			this.text.append(',');
		}
	}

	/// The whole array.
	@Override
	public String toString() {
		return this.text + "}";
	}

}
