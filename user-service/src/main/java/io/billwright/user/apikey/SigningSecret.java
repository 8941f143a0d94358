package io.billwright.user.apikey;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.Ids;
import io.billwright.user.secret.Sealing;
import io.billwright.user.secret.Secrets;

/// A secret with which requests are signed, `bw_sig_` and 43 characters of base64url (256 bits). The key of the HMAC is the
/// text as it stands.
///
/// @param expiresAt from when on it is worthless; `null` of the current one
record SigningSecret(UUID id, ApiKeyId key, String text, Instant createdAt, @Nullable Instant expiresAt) {

	static SigningSecret next(ApiKeyId key, Instant now) {
		return new SigningSecret(Ids.next(), key, "bw_sig_" + Secrets.next(), now, null);
	}

	static SigningSecret open(UUID id, ApiKeyId key, byte[] sealed, Instant createdAt, @Nullable Instant expiresAt,
			Sealing sealing) {
		return new SigningSecret(id, key, new String(sealing.open(sealed, purpose(id, key)), StandardCharsets.UTF_8),
				createdAt, expiresAt);
	}

	byte[] sealed(Sealing sealing) {
		return sealing.seal(this.text.getBytes(StandardCharsets.UTF_8), purpose(this.id, this.key));
	}

	@Override
	public String toString() {
		return "signing secret " + this.id;
	}

	private static String purpose(UUID id, ApiKeyId key) {
		return "signing_secret:" + key.text() + ':' + id;
	}

}
