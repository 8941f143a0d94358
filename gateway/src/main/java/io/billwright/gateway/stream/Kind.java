package io.billwright.gateway.stream;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// What sort of stream.
public enum Kind {

	/// Server-sent events: whoever reads them connects again when they end.
	EVENTS,
	/// Lines of JSON. Their end says that there are no more, so they must not end before.
	LINES,
	/// RFC 6455.
	WEBSOCKET;

	/// The kind that an answer of this type is, or `null` for one that has an end in sight.
	public static @Nullable Kind of(@Nullable String contentType) {
		if (contentType == null) {
			return null;
		}
		return contentType.startsWith("text/event-stream")
				? EVENTS
				: contentType.startsWith("application/x-ndjson") ? LINES : null;
	}

	String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
