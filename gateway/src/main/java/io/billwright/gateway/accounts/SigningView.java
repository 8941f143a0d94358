package io.billwright.gateway.accounts;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// What user-service knows of an API key that signs requests.
///
/// @param key whose it is
/// @param secrets with which its requests may be signed; none where it is not active
@JsonIgnoreProperties(ignoreUnknown = true)
public record SigningView(IntrospectionView key, List<Secret> secrets) {

	/// @param text the key of the HMAC, as it stands
	/// @param expiresAt from when on it may not be used, or `null` for one without an end
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record Secret(String text, @JsonProperty("expires_at") @Nullable Instant expiresAt) {

		@Override
		public String toString() {
			return "a signing secret";
		}

	}

}
