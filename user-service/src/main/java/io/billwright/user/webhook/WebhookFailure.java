package io.billwright.user.webhook;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why an endpoint is not made, or an event not sent.
sealed abstract class WebhookFailure extends Failure {

	private WebhookFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// Whoever operates the platform has not said with what secrets are sealed.
	static final class Off extends WebhookFailure {

		Off() {
			super(Kind.UNPROCESSABLE, "webhooks_off", "This installation does not support webhooks.");
		}

	}

	/// The organization has as many as it may have.
	static final class TooMany extends WebhookFailure {

		TooMany(int limit) {
			super(Kind.CONFLICT, "too_many_webhook_endpoints",
					"An organization has at most %d webhook endpoints in each mode. Delete one first."
							.formatted(limit));
		}

	}

	/// Nothing is sent there.
	static final class EndpointDisabled extends WebhookFailure {

		EndpointDisabled() {
			super(Kind.CONFLICT, "webhook_endpoint_disabled", "The endpoint is disabled. Enable it first.");
		}

	}

}
