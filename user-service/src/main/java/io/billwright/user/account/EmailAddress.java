package io.billwright.user.account;

import java.util.Locale;
import java.util.regex.Pattern;

/// An e-mail address in the one form in which it is stored and compared: trimmed and in lower case.
public record EmailAddress(String value) {

	private static final int LENGTH_MAX = 254;

	private static final Pattern FORM = Pattern.compile("[^@\\s\\p{Cntrl}<>(),;:\"\\\\]{1,64}@"
			+ "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])");

	/// Requires the stored form; [#of(String)] makes it.
	public EmailAddress {
		if (!isStored(value)) {
			throw new IllegalArgumentException("not an e-mail address");
		}
	}

	/// Reads what a person typed.
	public static EmailAddress of(String typed) {
		return new EmailAddress(normalize(typed));
	}

	/// Whether [#of(String)] can read it.
	static boolean isOne(String typed) {
		return isStored(normalize(typed));
	}

	private static String normalize(String typed) {
		return typed.strip().toLowerCase(Locale.ROOT);
	}

	private static boolean isStored(String value) {
		return (value.length() <= LENGTH_MAX) && FORM.matcher(value).matches();
	}

	@Override
	public String toString() {
		return this.value;
	}

}
