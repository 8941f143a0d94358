package io.billwright.gateway.accounts;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// What user-service says of an organization's limits.
///
/// @param plan the organization's
/// @param policies of its plan, of itself and of its API keys
@JsonIgnoreProperties(ignoreUnknown = true)
public record LimitsView(@Nullable String plan, @Nullable List<PolicyView> policies) {

	/// One policy that somebody set at run time.
	///
	/// @param appliesTo `plan`, `organization` or `api_key`
	/// @param apiKeyId of a policy for one key
	/// @param rateLimit written as in the configuration, or `null` where the policy says nothing of it
	/// @param inFlight requests at the same time, or `null`
	/// @param weight of the share, or `null`
	/// @param dryRun whether the policy is only tried out
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record PolicyView(@JsonProperty("applies_to") String appliesTo,
			@JsonProperty("api_key_id") @Nullable String apiKeyId,
			@JsonProperty("rate_limit") @Nullable String rateLimit,
			@JsonProperty("in_flight") @Nullable Integer inFlight,
			@Nullable Integer weight, @JsonProperty("dry_run") boolean dryRun) {}

}
