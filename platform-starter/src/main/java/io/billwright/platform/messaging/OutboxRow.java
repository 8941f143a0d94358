package io.billwright.platform.messaging;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.tenancy.Tenant;

/// An event that waits.
///
/// @param number gives the order of publication; 0 before it is stored
record OutboxRow(long number, UUID eventId, Tenant tenant, String topic, String type, String subject,
		Instant recordedAt, @Nullable String traceparent, byte[] payload) {

	static OutboxRow recorded(UUID eventId, OutboxEvent event, Tenant tenant, Instant recordedAt,
			@Nullable String traceparent, byte[] payload) {
		return new OutboxRow(0, eventId, tenant, event.topic(), event.type(), event.subject(), recordedAt, traceparent,
				payload);
	}

}
