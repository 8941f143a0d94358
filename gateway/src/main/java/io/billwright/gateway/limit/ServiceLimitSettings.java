package io.billwright.gateway.limit;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.billwright.platform.quota.Quota;

/// Limits of whole services, beside their routes.
///
/// @param routes by the service's name
@ConfigurationProperties("billwright.gateway")
record ServiceLimitSettings(@DefaultValue Map<String, ServiceLimit> routes) {

	/// @param rateLimit of each user and API key, or of the address of one who is nobody yet, for this service
	/// @param dryRun whether the limit is only tried out
	record ServiceLimit(@Nullable Quota rateLimit, @DefaultValue("false") boolean dryRun) {}

}
