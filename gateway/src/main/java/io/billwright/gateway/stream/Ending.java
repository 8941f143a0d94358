package io.billwright.gateway.stream;

import java.util.Locale;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/// Why the gateway ends a stream.
public enum Ending {

	/// Nothing has passed for too long.
	IDLE,
	/// It has lasted as long as one may.
	DURATION,
	/// Somebody does not read what was written.
	STALLED,
	/// A message is larger than one may be.
	TOO_LARGE,
	/// The credential that it was opened with does not count any more.
	CREDENTIAL,
	/// The gateway stops.
	FAREWELL;

	/// What the peers of a WebSocket are told (RFC 6455 section 7.4.1).
	public WebSocketCloseStatus status() {
		return switch (this) {
			case IDLE, DURATION, STALLED, FAREWELL -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
			case TOO_LARGE -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
			case CREDENTIAL -> WebSocketCloseStatus.POLICY_VIOLATION;
		};
	}

	String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
