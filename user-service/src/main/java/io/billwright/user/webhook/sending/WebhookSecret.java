package io.billwright.user.webhook.sending;

import java.util.Base64;

import io.billwright.user.secret.Secrets;

/// A secret with which webhooks are signed: `whsec_` and 32 random bytes in base64, as Standard Webhooks has them.
///
/// @param text as the receiver is shown it
public record WebhookSecret(String text) {

	private static final String PREFIX = "whsec_";

	private static final int KEY_BYTES = 32;

	/// A new one.
	public static WebhookSecret next() {
		return new WebhookSecret(PREFIX + Base64.getEncoder().encodeToString(Secrets.bytes(KEY_BYTES)));
	}

	/// The key of the HMAC.
	byte[] key() {
		return Base64.getDecoder().decode(this.text.substring(PREFIX.length()));
	}

	@Override
	public String toString() {
		return "webhook secret";
	}

}
