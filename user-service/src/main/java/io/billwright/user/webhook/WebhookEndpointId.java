package io.billwright.user.webhook;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// An endpoint, `whk_...`.
record WebhookEndpointId(UUID value) implements TypedId {

	static WebhookEndpointId next() {
		return new WebhookEndpointId(Ids.next());
	}

	@Override
	public String prefix() {
		return "whk";
	}

	@Override
	public String toString() {
		return text();
	}

}
