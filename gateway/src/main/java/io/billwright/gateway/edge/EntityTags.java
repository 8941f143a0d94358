package io.billwright.gateway.edge;

import java.util.List;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

/// Entity tags of answers that the gateway has compressed. A strong one names the very bytes (RFC 9110 section 8.8.1), and
/// the compressed ones are others: `"3"` becomes `"3-gzip"`. It does not become a weak one, because a weak one never
/// satisfies `If-Match`, and a client that has read something compressed could not guard its write. What comes back from a
/// client is told to the service as the service knows it.
public final class EntityTags {

	private static final List<AsciiString> CONDITIONS = List.of(HttpHeaderNames.IF_NONE_MATCH,
			HttpHeaderNames.IF_MATCH);

	private static final Pattern OURS = Pattern.compile("-(?:zstd|gzip)\"");

	private EntityTags() {
	}

	/// Gives the conditions of a request the tags that its service gave out.
	public static void unmark(HttpHeaders request) {
		for (AsciiString condition : CONDITIONS) {
			String tags = request.get(condition);
			if (tags != null && tags.indexOf('-') >= 0) {
				request.set(condition, request.getAll(condition).stream().map(EntityTags::unmarked).toList());
			}
		}
	}

	/// Tags as their service gave them out.
	public static String unmarked(String tags) {
		return OURS.matcher(tags).replaceAll("\"");
	}

	/// Tells that the answer is compressed.
	static void mark(HttpHeaders answer, ContentCoding coding) {
		String tag = answer.get(HttpHeaderNames.ETAG);
		if (isStrong(tag)) {
			answer.set(HttpHeaderNames.ETAG, marked(tag, coding));
		}
	}

	/// Tells a client that nothing has changed by the tag that it showed (RFC 9110 section 15.4.5).
	///
	/// @param request as it came
	static void echo(HttpHeaders request, HttpHeaders answer) {
		String tag = answer.get(HttpHeaderNames.ETAG);
		String shown = isStrong(tag) ? String.join(",", request.getAll(HttpHeaderNames.IF_NONE_MATCH)) : "";
		for (ContentCoding coding : ContentCoding.values()) {
			if (!shown.isEmpty() && shown.contains(marked(tag, coding))) {
				answer.set(HttpHeaderNames.ETAG, marked(tag, coding));
			}
		}
	}

	private static boolean isStrong(String tag) {
		return tag != null && tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"");
	}

	private static String marked(String tag, ContentCoding coding) {
		return tag.substring(0, tag.length() - 1) + '-' + coding.token() + '"';
	}

}
