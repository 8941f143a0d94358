package io.billwright.gateway.cors;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How cross-origin requests are answered.
///
/// @param kept for how long an answer about an origin is believed
/// @param origins how many origins are remembered
/// @param preflightMaxAge how long a browser may remember a preflight's answer
@ConfigurationProperties(CorsSettings.PREFIX)
record CorsSettings(@DefaultValue("60s") Duration kept, @DefaultValue("10000") int origins,
		@DefaultValue("10m") Duration preflightMaxAge) {

	static final String PREFIX = "billwright.gateway.cors";

}
