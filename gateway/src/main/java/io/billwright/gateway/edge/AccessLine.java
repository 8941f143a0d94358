package io.billwright.gateway.edge;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// An [AccessEntry] as a line of JSON, in the fields of the Elastic Common Schema like every other line. It is written for
/// each request, so by hand: the general encoder costs more than the rest of the gateway. For one thread.
final class AccessLine {

	/// The last moment that was written. Many requests share their millisecond.
	private long millis = Long.MIN_VALUE;

	private String time = "";

	void append(StringBuilder json, AccessEntry entry) {
		json.append("{\"@timestamp\":\"").append(time(entry.end()));
		json.append(
				"\",\"log\":{\"level\":\"INFO\",\"logger\":\"access\"},\"service\":{\"name\":\"gateway\"},\"message\":\"");
		text(json, entry.method()).append(' ');
		text(json, entry.path()).append(' ').append(entry.status());
		json.append("\",\"http\":{\"request\":{\"method\":\"");
		text(json, entry.method()).append("\"},\"response\":{\"status_code\":").append(entry.status());
		json.append("}},\"url\":{\"path\":\"");
		text(json, entry.path()).append("\"},\"event\":{\"duration\":").append(entry.duration().toNanos());
		json.append("},\"client\":{\"ip\":\"")
				.append((entry.client() != null) ? entry.client().getHostAddress() : "unknown");
		json.append("\"},\"route\":\"").append(entry.route()).append('"');
		field(json, ",\"request_id\":\"", entry.requestId(), "\"");
		field(json, ",\"user\":{\"id\":\"", entry.principal(), "\"}");
		json.append(",\"ecs\":{\"version\":\"8.11\"}}\n");
	}

	private String time(long now) {
		if (now != this.millis) {
			this.millis = now;
			this.time = Instant.ofEpochMilli(now).toString();
		}
		return this.time;
	}

	private static void field(StringBuilder json, String before, @Nullable String value, String after) {
		if (value != null) {
			text(json.append(before), value).append(after);
		}
	}

	/// What a client wrote may hold anything that is not the end of a line.
	private static StringBuilder text(StringBuilder json, String value) {
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (character == '"' || character == '\\') {
				json.append('\\').append(character);
			}
			else if (character < ' ') {
				json.append("\\u00").append(Character.forDigit(character >> 4, 16))
						.append(Character.forDigit(character & 15, 16));
			}
			else {
				json.append(character);
			}
		}
		return json;
	}

}
