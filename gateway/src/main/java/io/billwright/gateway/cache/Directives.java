package io.billwright.gateway.cache;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// What a `Cache-Control` says (RFC 9111 section 5.2). Of a directive that is there twice the first counts.
///
/// @param values by name in lower case; empty where a directive has none
record Directives(Map<String, String> values) {

	static final Directives NONE = new Directives(Map.of());

	/// No such directive.
	static final long ABSENT = -1;

	/// Larger numbers mean this one (RFC 9111 section 1.2.2).
	private static final long MOST = Integer.MAX_VALUE;

	private static final int MOST_DIGITS = 10;

	static Directives of(HttpHeaders headers, CharSequence name) {
		return headers.contains(name) ? of(String.join(",", headers.getAll(name))) : NONE;
	}

	static Directives of(String text) {
		Map<String, String> values = new HashMap<>();
		int start = 0;
		while (start < text.length()) {
			int end = end(text, start);
			String directive = text.substring(start, end).strip();
			int equals = directive.indexOf('=');
			String name = (equals < 0) ? directive : directive.substring(0, equals);
			String value = (equals < 0) ? "" : directive.substring(equals + 1);
			values.putIfAbsent(name.toLowerCase(Locale.ROOT), unquoted(value));
			start = end + 1;
		}
		return new Directives(values);
	}

	/// The comma that ends a directive, which is none within quotes.
	private static int end(String text, int start) {
		boolean quoted = false;
		for (int i = start; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == '\\' && quoted) {
				i++;
			}
			else if (character == '"') {
				quoted = !quoted;
			}
			else if (character == ',' && !quoted) {
				return i;
			}
		}
		return text.length();
	}

	private static String unquoted(String value) {
		return (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\""))
				? value.substring(1, value.length() - 1)
				: value;
	}

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	/// The seconds of a directive, or [#ABSENT]. What is no number of seconds is none (RFC 9111 section 4.2.1).
	long seconds(String name) {
		return parse(this.values.get(name));
	}

	/// @param text `null` where there is none
	static long parse(@Nullable String text) {
		if (text == null) {
			return ABSENT;
		}
		if (text.isEmpty() || !text.chars().allMatch((digit) -> digit >= '0' && digit <= '9')) {
			return 0;
		}
		return (text.length() > MOST_DIGITS) ? MOST : Math.min(Long.parseLong(text), MOST);
	}

}
