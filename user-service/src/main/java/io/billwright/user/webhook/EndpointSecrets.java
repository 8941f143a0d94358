package io.billwright.user.webhook;

import java.nio.charset.StandardCharsets;

import org.springframework.stereotype.Component;

import io.billwright.user.secret.Sealing;
import io.billwright.user.webhook.sending.WebhookSecret;

/// Seals the secrets of endpoints, each for its endpoint alone. All of it waits for the processor only.
@Component
class EndpointSecrets {

	private final Sealing sealing;

	EndpointSecrets(Sealing sealing) {
		this.sealing = sealing;
	}

	/// Fails with [WebhookFailure.Off] where there is no key to seal with.
	byte[] seal(WebhookSecret secret, WebhookEndpointId endpoint) {
		if (!this.sealing.isPossible()) {
			throw new WebhookFailure.Off();
		}
		return this.sealing.seal(secret.text().getBytes(StandardCharsets.UTF_8), purpose(endpoint));
	}

	WebhookSecret open(byte[] sealed, WebhookEndpointId endpoint) {
		return new WebhookSecret(new String(this.sealing.open(sealed, purpose(endpoint)), StandardCharsets.UTF_8));
	}

	private static String purpose(WebhookEndpointId endpoint) {
		return "webhook_secret:" + endpoint.text();
	}

}
