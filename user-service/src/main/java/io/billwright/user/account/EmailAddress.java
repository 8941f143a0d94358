package io.billwright.user.account;

import java.util.Locale;
import java.util.regex.Pattern;

import io.billwright.platform.failure.Invalid;

/// An e-mail address in the one form in which it is stored and compared: trimmed and in lower case.
public record EmailAddress(String value) {

	private static final int LENGTH_MAX = 254;

	private static final Pattern FORM = Pattern.compile("[^@\\s\\p{Cntrl}<>(),;:\"\\\\]{1,64}@"
			+ "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])");

	/// Requires the stored form; [#of(String)] makes it.
	public EmailAddress {
		if (value.length() > LENGTH_MAX || !FORM.matcher(value).matches()) {
			throw new IllegalArgumentException("not an e-mail address");
		}
	}

	/// Reads what a person typed.
	public static EmailAddress of(String typed) {
		return new EmailAddress(typed.strip().toLowerCase(Locale.ROOT));
	}

	/// Reads the field `email` of a request; fails with [Invalid].
	public static EmailAddress required(String typed) {
		try {
			return of(typed);
		}
		catch (IllegalArgumentException malformed) {
			throw new Invalid("email", "malformed", "must be an e-mail address");
		}
	}

	@Override
	public String toString() {
		return this.value;
	}

}
