package io.billwright.user.webhook;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// A delivery of one event to one endpoint, `whd_...`.
record WebhookDeliveryId(UUID value) implements TypedId {

	static WebhookDeliveryId next() {
		return new WebhookDeliveryId(Ids.next());
	}

	@Override
	public String prefix() {
		return "whd";
	}

	@Override
	public String toString() {
		return text();
	}

}
