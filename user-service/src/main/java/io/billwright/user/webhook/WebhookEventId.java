package io.billwright.user.webhook;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// An event, the same for all endpoints and in all attempts, `evt_...`.
record WebhookEventId(UUID value) implements TypedId {

	static WebhookEventId next() {
		return new WebhookEventId(Ids.next());
	}

	@Override
	public String prefix() {
		return "evt";
	}

	@Override
	public String toString() {
		return text();
	}

}
