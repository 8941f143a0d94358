package io.billwright.gateway.edge;

import java.nio.charset.StandardCharsets;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// Writes an [AccessEntry] as a line of JSON, in the fields of the Elastic Common Schema like every other line. It is
/// written for each request, so by hand: the general encoder costs more than the rest of the gateway.
public final class AccessLine extends EncoderBase<ILoggingEvent> {

	private static final byte[] NOTHING = {};

	private static final int USUAL_LENGTH = 512;

	@Override
	public byte[] headerBytes() {
		return NOTHING;
	}

	@Override
	public byte[] footerBytes() {
		return NOTHING;
	}

	@Override
	public byte[] encode(ILoggingEvent event) {
		for (KeyValuePair pair : event.getKeyValuePairs()) {
			if (pair.value instanceof AccessEntry entry) {
				return line(event.getInstant().toString(), entry).getBytes(StandardCharsets.UTF_8);
			}
		}
		return NOTHING;
	}

	private static String line(String time, AccessEntry entry) {
		StringBuilder json = new StringBuilder(USUAL_LENGTH);
		json.append("{\"@timestamp\":\"").append(time);
		json.append(
				"\",\"log\":{\"level\":\"INFO\",\"logger\":\"access\"},\"service\":{\"name\":\"gateway\"},\"message\":\"");
		text(json, entry.method()).append(' ');
		text(json, entry.path()).append(' ').append(entry.status());
		json.append("\",\"http\":{\"request\":{\"method\":\"");
		text(json, entry.method()).append("\"},\"response\":{\"status_code\":").append(entry.status());
		json.append("}},\"url\":{\"path\":\"");
		text(json, entry.path()).append("\"},\"event\":{\"duration\":").append(entry.duration().toNanos());
		json.append("},\"client\":{\"ip\":\"").append(entry.client());
		json.append("\"},\"route\":\"").append(entry.route()).append('"');
		field(json, ",\"request_id\":\"", entry.requestId(), "\"");
		field(json, ",\"user\":{\"id\":\"", entry.principal(), "\"}");
		return json.append(",\"ecs\":{\"version\":\"8.11\"}}\n").toString();
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
