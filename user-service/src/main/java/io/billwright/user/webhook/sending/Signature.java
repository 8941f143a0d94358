package io.billwright.user.webhook.sending;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The `webhook-signature` of [Standard Webhooks](https://www.standardwebhooks.com): HMAC-SHA256 over the event's id, the time
/// of the attempt in seconds since 1970 and the body, with dots in between.
final class Signature {

	private static final String ALGORITHM = "HmacSHA256";

	private Signature() {
	}

	/// The signatures with all of the secrets, separated by spaces. Waits for the processor only.
	static String of(String event, Instant at, String body, List<WebhookSecret> secrets) {
		byte[] signed = (event + '.' + at.getEpochSecond() + '.' + body).getBytes(StandardCharsets.UTF_8);
		return secrets.stream().map((secret) -> "v1," + sign(signed, secret)).collect(Collectors.joining(" "));
	}

	private static String sign(byte[] signed, WebhookSecret secret) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(secret.key(), ALGORITHM));
			return Base64.getEncoder().encodeToString(mac.doFinal(signed));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
