package io.billwright.user.mail;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.user.account.EmailAddress;

/// A mail before it is set in plain text and HTML.
///
/// @param paragraphs plain text
/// @param token the secret that the mail brings, or `null`; it is shown by itself and inside the link
/// @param page where the link leads, a path of the console such as `/verify-email`, or `null`
public record Letter(EmailAddress to, String subject, List<String> paragraphs, @Nullable String page,
		@Nullable String token) {

	/// A letter that only tells something.
	public static Letter telling(EmailAddress to, String subject, String... paragraphs) {
		return new Letter(to, subject, List.of(paragraphs), null, null);
	}

	/// A letter that brings a secret, to be used on a page.
	public static Letter bringing(EmailAddress to, String subject, String page, String token, String... paragraphs) {
		return new Letter(to, subject, List.of(paragraphs), page, token);
	}

}
