package io.billwright.platform.observability;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter.MemberPath;
import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;

/// The last line of defence for the logs: whatever looks like a credential or an e-mail address leaves the process as
/// stars, in messages, fields and stack traces alike. `logging.structured.json.customizer` names it.
///
/// @param <T> the log event's type
public final class SecretsMask<T> implements StructuredLoggingJsonMembersCustomizer<T> {

	private static final String STARS = "***";

	private static final Set<String> SECRET_FIELDS = Set.of("authorization", "cookie", "set-cookie", "password",
			"secret",
			"token", "access_token", "refresh_token", "api_key", "x-billwright-passport", "x-csrf-token");

	private static final List<Mask> MASKS = List.of(
			// Our API keys, of which the prefix may be seen.
			Mask.of("_", "\\b(bw_(?:live|test)_)[0-9A-Za-z]+", "$1" + STARS),
			// JSON Web Tokens: passports, access tokens.
			Mask.of("J", "\\beyJ[\\w-]{5,}\\.[\\w-]+\\.[\\w-]*", STARS),
			Mask.of(" \t\n\r", "(?i)\\b(bearer|basic)\\s+[\\w.~+/=-]{6,}", "$1 " + STARS),
			Mask.of("=", "(?i)(billwright_session=)[^\\s;,\"']+", "$1" + STARS),
			// name=value, name: value and "name":"value".
			Mask.of("=:",
					"(?i)([\\w-]{0,40}(?:password|passwd|secret|token|api[_-]?key|passport|private[_-]?key)\\w{0,10}"
							+ "[\"']?\\s{0,3}[:=]\\s{0,3}[\"']?)(?!\\*\\*\\*)[^\\s\"',;&}\\])]+",
					"$1" + STARS),
			Mask.of("=:", "(?i)((?:set-)?cookie[\"']?\\s{0,3}[:=]\\s{0,3}).+", "$1" + STARS),
			// The query of an address, as in "HTTP GET \"/search?q=...\"".
			Mask.of("?", "(?<=[\\w/)}-])\\?[\\w.~%+\\[\\]-]{1,64}=[^\\s\"'<>]*", "?" + STARS),
			Mask.of("@", "[\\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})+", STARS + "@" + STARS));

	@Override
	public void customize(Members<T> members) {
		members.applyingValueProcessor(SecretsMask::processed);
	}

	/// The text with everything that looks secret or personal replaced.
	public static String mask(String text) {
		String masked = text;
		for (Mask mask : MASKS) {
			masked = mask.apply(masked);
		}
		return masked;
	}

	private static @Nullable Object processed(MemberPath path, @Nullable Object value) {
		String name = path.name();
		if ((name != null) && SECRET_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
			return STARS;
		}
		return (value instanceof String text) ? mask(text) : value;
	}

	/// @param signs characters of which each match has at least one: most texts are told harmless by a glance at them
	private record Mask(String signs, Pattern pattern, String replacement) {

		static Mask of(String signs, String pattern, String replacement) {
			return new Mask(signs, Pattern.compile(pattern), replacement);
		}

		String apply(String text) {
			return isSuspicious(text) ? this.pattern.matcher(text).replaceAll(this.replacement) : text;
		}

		private boolean isSuspicious(String text) {
			for (int i = 0; i < this.signs.length(); i++) {
				if (text.indexOf(this.signs.charAt(i)) >= 0) {
					return true;
				}
			}
			return false;
		}

	}

}
