package io.billwright.user.webhook;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// One event for one endpoint.
///
/// @param attempts how many there were
/// @param dueAt when it is tried next; while it is being tried, when another instance takes over
record WebhookDelivery(WebhookDeliveryId id, WebhookEndpointId endpoint, WebhookEventId event, String type, State state,
		int attempts, @Nullable Instant dueAt, Instant createdAt) {

	/// How far it is.
	enum State {

		/// It is tried, or will be.
		PENDING,
		/// The endpoint has taken it.
		DELIVERED,
		/// It is not tried any more.
		FAILED;

		/// The name on the wire and in the database.
		String code() {
			return name().toLowerCase(Locale.ROOT);
		}

		static State of(String code) {
			return valueOf(code.toUpperCase(Locale.ROOT));
		}

	}

}
