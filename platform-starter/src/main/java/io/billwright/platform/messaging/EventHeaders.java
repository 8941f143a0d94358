package io.billwright.platform.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;

/// CloudEvents 1.0 in the binary mode of its Kafka binding: attributes as `ce_` headers, the JSON alone as the value.
final class EventHeaders {

	static final String TRACEPARENT = "traceparent";

	private static final String ID = "ce_id";

	private static final String TYPE = "ce_type";

	private static final String SUBJECT = "ce_subject";

	private static final String TIME = "ce_time";

	private static final String ORGANIZATION = "ce_organization";

	private static final String MODE = "ce_mode";

	private EventHeaders() {
	}

	static ProducerRecord<String, byte[]> toRecord(OutboxRow row, String application) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(row.topic(), row.subject(), row.payload());
		Headers headers = record.headers();
		put(headers, "ce_specversion", "1.0");
		put(headers, ID, row.eventId().toString());
		put(headers, "ce_source", "/billwright/" + application);
		put(headers, TYPE, row.type());
		put(headers, SUBJECT, row.subject());
		put(headers, TIME, row.recordedAt().toString());
		put(headers, ORGANIZATION, row.tenant().organizationId().text());
		put(headers, MODE, row.tenant().mode());
		put(headers, "content-type", "application/json");
		if (row.traceparent() != null) {
			put(headers, TRACEPARENT, row.traceparent());
		}
		return record;
	}

	/// Reads an event.
	///
	/// @throws UnreadableEvent where a header or the JSON is not what it must be
	static <T> Event<T> toEvent(ConsumerRecord<String, byte[]> record, Class<T> type, JsonMapper mapper) {
		Headers headers = record.headers();
		try {
			Tenant tenant = new Tenant(OrganizationId.parse(require(headers, ORGANIZATION)).value(),
					!require(headers, MODE).equals("test"));
			return new Event<>(UUID.fromString(require(headers, ID)), require(headers, TYPE),
					require(headers, SUBJECT), Instant.parse(require(headers, TIME)), tenant,
					mapper.readValue(record.value(), type));
		}
		catch (RuntimeException exception) {
			throw new UnreadableEvent(exception);
		}
	}

	static void put(Headers headers, String name, String value) {
		headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
	}

	static @Nullable String find(Headers headers, String name) {
		Header header = headers.lastHeader(name);
		return (header != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
	}

	private static String require(Headers headers, String name) {
		String value = find(headers, name);
		if (value == null) {
			throw new IllegalArgumentException("The header " + name + " is missing");
		}
		return value;
	}

	/// An event that will not become readable by trying again.
	static final class UnreadableEvent extends RuntimeException {

		UnreadableEvent(Throwable cause) {
			super(cause);
		}

	}

}
