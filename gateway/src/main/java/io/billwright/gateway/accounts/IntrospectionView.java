package io.billwright.gateway.accounts;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// What user-service knows of an API key. Where it is not active the rest is absent.
///
/// @param active whether the key may be used now
/// @param kind `publishable` for a key that is no secret; `operator` for the key of whoever operates the platform, which
/// belongs to no organization
/// @param keyId `key_...`, or `opr_...` of an operator
/// @param organizationId `org_...`
/// @param mode `live` or `test`
/// @param scope permissions, separated by spaces
/// @param allowedOrigins of a publishable key: the web origins whose pages may use it, all where there are none
/// @param expiresAt from when on it may not be used, or `null` for a key without an end
@JsonIgnoreProperties(ignoreUnknown = true)
public record IntrospectionView(boolean active, @Nullable String kind, @JsonProperty("key_id") @Nullable String keyId,
		@JsonProperty("organization_id") @Nullable String organizationId, @Nullable String mode, @Nullable String scope,
		@JsonProperty("allowed_origins") @Nullable List<String> allowedOrigins,
		@JsonProperty("expires_at") @Nullable Instant expiresAt) {}
